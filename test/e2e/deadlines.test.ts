import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClock } from '../../local/clock.ts';
import { startInstallation, type Installation } from './installation.ts';
import { givenLondon, givenOpenCohort, givenProgramme, type London } from './london.ts';
import { dateAfter } from './passing-time.ts';
import { expectRefused } from './refused.ts';

const day = 86_400_000;

describe('a wait that ends on a date, with a relay three seconds late', () => {
  const clock = createClock();
  let installation: Installation;
  let london: London;
  let programme: string;

  beforeAll(async () => {
    installation = await startInstallation({ clock });
    london = await givenLondon(installation, ['RF4', 'RAT', 'R1H', 'RWK', 'RQX']);
    programme = await givenProgramme(london.RF4);
    installation.delayRelay(3000);
  }, 90_000);
  afterAll(async () => await installation.stop());

  const sweep = async () => await installation.invoke('Sweeper', { task: 'deadlines' });
  /** What was told of a cohort, each event once: its type and tickets. */
  const told = (cohort: string) =>
    [...new Map(installation.announced.map((event) => [event.id, event])).values()].flatMap(({ type, data }) =>
      data['cohort'] === cohort && 'tickets' in data ? [[type, data['tickets']]] : [],
    );

  /** RAT has the one place; R1H waits until tomorrow, RWK and RQX without an end. */
  async function givenWaits(): Promise<string> {
    const cohort = await givenOpenCohort(london.RF4, programme, { capacity: 1 });
    await london.RAT.claim(cohort);
    await london.R1H.claim(cohort, { confirmUntil: dateAfter(clock.now(), 1) });
    await london.RWK.claim(cohort);
    await london.RQX.claim(cohort);
    await installation.settle();
    return cohort;
  }

  test('lapses when the sweeper comes by, once; nobody is promoted by it, and those behind move up', async () => {
    const cohort = await givenWaits();
    const before = told(cohort).length;
    await sweep();
    await installation.settle();
    expect(told(cohort)).toHaveLength(before);
    clock.advance(2 * day);
    await sweep();
    await sweep();
    expect((await london.RF4.seePlaces(cohort)).places).toMatchObject([
      { ticket: 1, state: 'confirmed' },
      { ticket: 3, state: 'waiting', position: 1 },
      { ticket: 4, state: 'waiting', position: 2 },
    ]);
    await installation.settle();
    await sweep();
    await installation.settle();
    expect(told(cohort).slice(before)).toEqual([['place.lapsed', [2]]]);
    expect((await london.R1H.readAllEvents()).events.map(({ type }) => type)).toContain('place.lapsed');
    expect((await london.R1H.listOwnPlaces()).items.map(({ cohort: held }) => held)).not.toContain(cohort);
    // What has lapsed is not there to be given back, and comes back for nobody.
    await london.R1H.giveBack(cohort, [2]);
    await london.RAT.giveBack(cohort, [1]);
    expect((await london.RF4.seePlaces(cohort)).places[0]).toMatchObject({ ticket: 3, state: 'confirmed' });
  });

  test('is not promoted after its date, though the sweeper has not been there yet', async () => {
    const cohort = await givenWaits();
    const before = told(cohort).length;
    clock.advance(2 * day);
    await london.RAT.giveBack(cohort, [1]);
    expect((await london.RF4.seePlaces(cohort)).places).toMatchObject([
      { ticket: 3, state: 'confirmed' },
      { ticket: 4, state: 'waiting', position: 1 },
    ]);
    await sweep();
    await installation.settle();
    expect(told(cohort).slice(before)).toEqual([
      ['place.lapsed', [2]],
      ['place.given-back', [1]],
      ['place.confirmed', [3]],
    ]);
  });

  test('does not lapse when it was confirmed before its date, also after an outage of two weeks', async () => {
    const cohort = await givenWaits();
    await london.RAT.giveBack(cohort, [1]);
    await installation.settle();
    const before = told(cohort).length;
    clock.advance(14 * day);
    await sweep();
    await installation.settle();
    expect(told(cohort)).toHaveLength(before);
    expect((await london.R1H.seePlaces(cohort)).places).toMatchObject([{ ticket: 2, state: 'confirmed' }]);
  });

  test('cannot end on a day that has passed', async () => {
    const cohort = await givenOpenCohort(london.RF4, programme);
    const problem = await expectRefused(
      london.RAT.claim(cohort, { confirmUntil: dateAfter(clock.now(), -1) }),
      'request.invalid',
    );
    expect(problem.fields?.map(({ field }) => field)).toEqual(['confirmUntil']);
  });
});
