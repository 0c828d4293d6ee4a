import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClock } from '../../local/clock.ts';
import { startInstallation, type Installation } from './installation.ts';
import { givenReady, leadOf } from './lead.ts';
import { givenLondon, givenOpenCohort, givenProgramme, londonOf, type London } from './london.ts';
import { dateAfter, ticketsOf } from './passing-time.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('a sweeper that does not come for a day, and then every minute again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cohortium-sweeper-'));
  const clock = createClock();
  let running: Installation;
  let london: London;
  /** In a week names are due at three hours of one day; on the same day a wait ends, and claims close. */
  let late: string;
  let waited: string;
  let allocated: string;
  /** What the sweeper did when it came again: of the cohort of each, in the order in which it was told. */
  let told: Map<string, unknown[]>;

  const start = async (schedules: boolean) =>
    await startInstallation({ folder, databaseEndpoint: '', clock, schedules });
  const toldOf = (cohort: string) =>
    [...new Map(running.announced.map((event) => [event.id, event])).values()].flatMap(({ type, data }) =>
      data['cohort'] === cohort ? [[type, data['tickets']]] : [],
    );

  beforeAll(async () => {
    running = await start(false);
    london = await givenLondon(running, ['RF4', 'RAT', 'R1H', 'RWK', 'RQX']);
    const programme = await givenProgramme(london.RF4);
    const began = clock.now();
    const inAWeek = dateAfter(began, 7);
    const inDays = (days: number) => ({ sessions: [{ day: dateAfter(began, days), from: '09:30', to: '16:30' }] });
    late = await givenOpenCohort(london.RF4, programme, { ...inDays(20), capacity: 3 });
    waited = await givenOpenCohort(london.RF4, programme, { ...inDays(200), capacity: 1 });
    const allocation = { closesOn: inAWeek, method: 'in-turn', priorities: [] };
    allocated = await givenOpenCohort(london.RF4, programme, { ...inDays(200), allocation });
    await london.RAT.claim(waited);
    await london.R1H.claim(waited, { confirmUntil: inAWeek });
    await london.RWK.claim(waited);
    await london.RQX.claim(allocated);
    // The date is near, so names are due a week after each was confirmed, an hour apart; the reminders are sent at once.
    await london.RAT.claim(late);
    clock.advance(hour);
    await london.R1H.claim(late);
    clock.advance(hour);
    await london.RWK.claim(late);
    await london.RQX.claim(late, { quantity: 3 });
    await running.settle();
    await running.invoke('Sweeper', { task: 'deadlines' });
    await running.settle();
    expect(toldOf(late).filter(([type]) => type === 'place.naming-due')).toHaveLength(3);

    // Nothing is due before the outage; in it a person is named on one of the places, the rest of the day passes unseen.
    clock.advance(began.getTime() + 7 * day - hour - clock.now().getTime());
    const before = running.announced.length;
    await running.invoke('Sweeper', { task: 'deadlines' });
    await running.settle();
    expect(running.announced.length).toBe(before);
    await leadOf(london.R1H).name(late, 2, await givenReady(london.R1H, late, 'INTIME'));
    await running.settle();
    await running.stop();
    clock.advance(day + hour);

    running = await start(true);
    const known = london;
    london = londonOf((code) => running.signIn(code, known[code].organisation));
    clock.advance(minute);
    await until(() => toldOf(late).length >= 4 && toldOf(waited).length >= 1 && toldOf(allocated).length >= 1);
    await running.settle();
    // Reminders for places that were just confirmed are due at its next visit.
    clock.advance(minute);
    await until(() => toldOf(late).length >= 6);
    for (let visit = 0; visit < 3; visit += 1) {
      await running.settle();
      clock.advance(minute);
    }
    await running.settle();
    told = new Map([late, waited, allocated].map((cohort) => [cohort, toldOf(cohort)]));
  }, 240_000);
  afterAll(async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what fell due is done once, the longest due first, and what was named in time stays', async () => {
    expect(told.get(late)).toEqual([
      ['place.released', [1]],
      ['place.confirmed', [4]],
      ['place.released', [3]],
      ['place.confirmed', [5]],
      ['place.naming-due', [4]],
      ['place.naming-due', [5]],
    ]);
    expect(await ticketsOf(london.RF4, late, 'confirmed')).toEqual([2, 4, 5]);
    expect(await ticketsOf(london.RF4, late, 'waiting')).toEqual([6]);
  });

  test('a wait that ended meanwhile lapses, and claims that closed are collected', async () => {
    expect(told.get(waited)).toEqual([['place.lapsed', [2]]]);
    expect(told.get(allocated)).toEqual([['cohort.claims-collected', undefined]]);
    expect(await ticketsOf(london.RF4, waited, 'waiting')).toEqual([3]);
  });

  test('who was confirmed late has a full week from then, and nothing is released within three days of a reminder', async () => {
    const before = toldOf(late).length;
    clock.advance(6 * day);
    await running.invoke('Sweeper', { task: 'deadlines' });
    await running.settle();
    expect(toldOf(late)).toHaveLength(before);
    expect(await ticketsOf(london.RF4, late, 'confirmed')).toEqual([2, 4, 5]);
  });
});

/** Waits for what comes by itself; the test's own time ends it when it does not. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20);
}
