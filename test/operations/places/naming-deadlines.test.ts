import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { compactLedger } from '../../../shared/places/compact-ledger.ts';
import { unnamedPlaces } from '../../../shared/places/ledger.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { writeNamed, writeUnnamed } from '../../../shared/places/naming-items.ts';
import { releasePlaces } from '../../../shared/places/release-places.ts';
import { remindNaming } from '../../../shared/places/remind-naming.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import { movableClock } from '../../support/context.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: PlacesTable;
let host: string;
let trust: string;
let council: string;
let number = 0;

beforeAll(async () => {
  at = await openPlaces(clock);
  host = await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  council = await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** An open cohort that begins so many days from now, with one place that is the trust's and one that waits. */
async function givenPlace(facts: Partial<Cohort> = {}, days = 200) {
  const firstDay = new Date(clock.now().getTime() + days * day).toISOString().slice(0, 10);
  const sessions = [{ id: '1-1', day: firstDay, from: '09:00', to: '16:30' }];
  const cohort = await at.given({ capacity: 1, waitlist: 5, sessions, firstDay, lastDay: firstDay, ...facts });
  await at.claim(cohort, trust);
  await at.claim(cohort, council);
  await at.told(cohort);
  return cohort;
}
const released = async ({ id }: Cohort) => {
  number += 1;
  const reference = `R${String(number)}`;
  return await givenReleased(at.table, clock, trust, { cohort: id, reference });
};
const name = async ({ id }: Cohort, person: string) =>
  await namePlace.perform(at.as(trust), { cohort: id, ticket: 1, person });
const unname = async ({ id }: Cohort) => await unnamePlace.perform(at.as(trust), { cohort: id, ticket: 1 });
describe('places that are not named in time', () => {
  const sweep = async (cohort: Cohort) => {
    await at.told(cohort);
    const { failures } = await actOnDeadlines(at.table, clock, clock.now());
    expect(failures).toEqual([]);
    return toldOf(await at.told(cohort));
  };

  test('their holder is reminded a week before; they go to the next in line at the date, in one write', async () => {
    const cohort = await givenPlace({ naming: { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 } }, 100);
    clock.moveBy(60 * day);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(6 * day);
    expect(await sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(8 * day);
    expect(await sweep(cohort)).toEqual(
      [
        ['place.released', [1], [trust, host]],
        ['place.confirmed', [2], [council, host]],
        ['place.naming-due', [2], [council, host]],
      ].slice(0, 2),
    );
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [] });
  });

  test('one that is named meanwhile stays; when the name goes, the time begins anew', async () => {
    const cohort = await givenPlace({}, 40);
    clock.moveBy(13 * day);
    await sweep(cohort);
    const person = await released(cohort);
    await name(cohort, person);
    clock.moveBy(5 * day);
    expect(await sweep(cohort)).toEqual([]);
    await unname(cohort);
    expect(await sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    clock.moveBy(6 * day);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(1 * day);
    expect((await sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
  });

  /** A place whose holder is reminded at once: released after seven days. Named on the first, un-named on the sixth. */
  async function givenUnnamed() {
    const cohort = await givenPlace({}, 20);
    const begun = await at.ledger(cohort);
    expect(await sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    const reminded = await at.ledger(cohort);
    clock.moveBy(1 * day);
    await name(cohort, await released(cohort));
    clock.moveBy(5 * day);
    await unname(cohort);
    expect(await sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    return { cohort, begun, reminded };
  }

  test('one that lost its name is released at its new date, not at the one it was reminded of before', async () => {
    const { cohort } = await givenUnnamed();
    clock.moveBy(6 * day);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(1 * day);
    expect((await sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
    await compactLedger(at.table, clock, cohort.id, [1]);
    expect((await at.ledger(cohort)).unnamed).toEqual({});
  });

  test('control: when it would not be asked since when it was reminded, it would go too soon', async () => {
    const { cohort } = await givenUnnamed();
    const { version } = await at.ledger(cohort);
    clock.moveBy(2 * day);
    await releasePlaces(at.table, clock, cohort.id, { tickets: [1], remindedBy: version });
    expect((await at.standing(cohort)).confirmed).toEqual([2]);
  });

  test('a reminder of before counts no more once a name was taken off', async () => {
    const { cohort, begun } = await givenUnnamed();
    await name(cohort, await released(cohort));
    await unname(cohort);
    const nameBy = clock.now().toISOString();
    await remindNaming(at.table, clock, cohort.id, { tickets: [1], nameBy, since: begun.version });
    expect((await at.ledger(cohort)).reminded?.has(1)).not.toBe(true);
  });

  test('a name, or its end, that arrives once more much later changes nothing', async () => {
    const { cohort, reminded } = await givenUnnamed();
    const entry = unnamedPlaces(reminded).find(({ ticket }) => ticket === 1);
    if (entry === undefined) throw new Error('The place is not there');
    const change = { type: 'named', by: 'mem_late', at: clock.now().toISOString() };
    expect(await writeNamed(at.table, reminded, entry, change)).toMatchObject({ applied: false });
    await name(cohort, await released(cohort));
    const before = await at.ledger(cohort);
    await unname(cohort);
    await name(cohort, await released(cohort));
    expect(await writeUnnamed(at.table, before, entry, change)).toMatchObject({ applied: false });
    expect((await at.ledger(cohort)).named).toEqual(new Set([1]));
  });

  test('after an outage the holder is reminded first, and nothing is released for three days', async () => {
    const cohort = await givenPlace({}, 60);
    await at.told(cohort);
    clock.moveBy(50 * day);
    expect(await sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    clock.moveBy(3 * day - 1);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(1);
    expect((await sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
  });
});
