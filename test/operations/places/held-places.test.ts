import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { movableClock } from '../../support/context.ts';
import { givenParties, givenReleased, parties } from '../../support/people.ts';
import { disagreementsIn, openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
const { host, trust, council } = parties;
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

/** A cohort of three places, two of which are held for the council for thirty days. */
async function givenHeld(facts: Partial<Cohort> = {}) {
  const until = new Date(clock.now().getTime() + 30 * day).toISOString().slice(0, 10);
  return await at.given({ capacity: 3, waitlist: 5, held: [{ organisation: council, places: 2, until }], ...facts });
}
describe('places that are held', () => {
  test('are the partner’s from the opening on, confirmed first, and never free', async () => {
    const cohort = await givenHeld();
    expect(toldOf(await at.told(cohort))).toEqual([
      ['cohort.opened', undefined, 'all'],
      ['place.held', [1, 2], [council, host]],
      ['place.confirmed', [1, 2], [council, host]],
    ]);
    const seen = await at.seen(cohort);
    expect(seen).toMatchObject({ capacity: 3, free: 1, held: 2, confirmed: 2 });
    expect(seen.places).toMatchObject([
      { ticket: 1, organisation: council, held: true, state: 'confirmed' },
      { ticket: 2, organisation: council, held: true, state: 'confirmed' },
    ]);
    await at.claim(cohort, trust, { quantity: 2 });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2, 3], waiting: [4] });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('count towards what one organisation may hold', async () => {
    const cohort = await givenHeld({ limit: 3 });
    await at.claim(cohort, council);
    await expect(at.claim(cohort, council)).rejects.toMatchObject({ code: 'place.over-limit' });
  });

  test('can be given back sooner: the next in line is confirmed', async () => {
    const cohort = await givenHeld();
    await at.claim(cohort, trust, { quantity: 2 });
    await at.giveBack(cohort, council, [1]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2, 3, 4], waiting: [] });
  });

  test('go to the next in line at their date, those that are not named; what is named stays', async () => {
    const cohort = await givenHeld();
    await at.claim(cohort, trust, { quantity: 2 });
    const person = await givenReleased(at.table, clock, council, { cohort: cohort.id, reference: 'HELD' });
    await namePlace.perform(at.as(council), { cohort: cohort.id, ticket: 2, person });
    expect((await at.seen(cohort)).held).toBe(1);
    clock.moveBy(25 * day);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [council, host]]]);
    clock.moveBy(6 * day);
    expect(await at.sweep(cohort)).toEqual([
      ['place.released', [1], [council, host]],
      ['place.confirmed', [4], [trust, host]],
    ]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2, 3, 4], waiting: [] });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });
});
