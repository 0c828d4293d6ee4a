import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endOfDay } from '../../../shared/clock.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { fixAllocation } from '../../../shared/places/fix-allocation.ts';
import { getAllocation } from '../../../shared/places/get-allocation.ts';
import type { Actor } from '../../../shared/context.ts';
import { listCohortPlaces } from '../../../shared/places/list-cohort-places.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, parties } from '../../support/people.ts';
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

/** A cohort of three places, one held for the council, that collects claims for ten days. */
async function givenAllocated(facts: Partial<Cohort> = {}) {
  const closesOn = new Date(clock.now().getTime() + 10 * day).toISOString().slice(0, 10);
  const until = new Date(clock.now().getTime() + 60 * day).toISOString().slice(0, 10);
  return await at.given({
    capacity: 3,
    waitlist: 9,
    held: [{ organisation: council, places: 1, until }],
    allocation: { closesOn, method: 'in-turn', priorities: [] },
    seed: 'published',
    ...facts,
  });
}
const fix = async (cohort: Cohort, order: readonly number[], adjustments: readonly object[] = []) =>
  await fixAllocation.perform(at.as(host), { cohort: cohort.id, order, adjustments });
const proposal = async (cohort: Cohort) => await getAllocation.perform(at.as(host), { cohort: cohort.id });
const claimsSeenBy = async (actor: Actor, { id }: Cohort) =>
  (await listCohortPlaces.perform(contextOf(at.table, clock, actor), { cohort: id })).claims;
describe('an allocated cohort', () => {
  test('collects claims as waiting, with their reasons; nothing but what is held is given', async () => {
    const cohort = await givenAllocated();
    await at.claim(cohort, trust, { quantity: 2, reason: 'Opens a new ward', people: ['per_0123456789abcdef'] });
    await at.claim(cohort, council);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2, 3, 4] });
    expect(await at.seen(cohort)).toMatchObject({ free: 2, held: 1, confirmed: 1, waiting: 3 });
    await expect(at.claim(cohort, trust, { allOrNothing: true })).rejects.toMatchObject({ code: 'place.not-enough' });
    const { state, proposed } = await proposal(cohort);
    expect(state).toBe('collecting');
    expect(proposed.map(({ turn }) => turn)).toEqual([1, 1, 2]);
    expect(proposed.find(({ ticket }) => ticket === 2)?.reason).toBe('Opens a new ward');
    expect(JSON.stringify(await proposal(cohort))).not.toContain('per_');
    const said = [{ tickets: [2, 3], reason: 'Opens a new ward', people: ['per_0123456789abcdef'] }];
    expect(await claimsSeenBy(personOf(trust), cohort)).toEqual(said);
    expect(await claimsSeenBy(personOf(council), cohort)).toEqual([]);
    expect(await claimsSeenBy(personOf(host), cohort)).toEqual([]);
    expect(await claimsSeenBy(personOf(trust, ['staff']), cohort)).toBeUndefined();
    await expect(getAllocation.perform(at.as(trust), { cohort: cohort.id })).rejects.toMatchObject({
      code: 'cohort.not-found',
    });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('is put in order by its host after the closing date, in one write; late claims queue behind', async () => {
    const cohort = await givenAllocated();
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council);
    await expect(fix(cohort, [2, 3, 4])).rejects.toMatchObject({ code: 'allocation.not-closed' });
    clock.moveBy(11 * day);
    expect(await at.sweep(cohort)).toEqual([['cohort.claims-collected', undefined, 'all']]);
    await at.claim(cohort, council);
    const { state, proposed, late } = await proposal(cohort);
    expect({ state, late }).toEqual({ state: 'closed', late: [5] });
    const order = proposed.map(({ ticket }) => ticket);
    expect(proposed.map(({ getsPlace }) => getsPlace)).toEqual([true, true, false]);
    await at.told(cohort);
    const fixed = await fix(cohort, order);
    expect(fixed).toMatchObject({ state: 'fixed', order, adjustments: [] });
    expect(await fix(cohort, order)).toMatchObject({ state: 'fixed', order });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, ...order.slice(0, 2)], waiting: [3, 5] });
    expect(toldOf(await at.told(cohort)).map(([type]) => type)).toEqual([
      'cohort.places-allocated',
      'place.confirmed',
      'place.confirmed',
    ]);
    await expect(fix(cohort, order.toReversed())).rejects.toMatchObject({ code: 'allocation.fixed' });
    await at.giveBack(cohort, council, [1]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [...order], waiting: [5] });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('a claim of the first minute after the closing date is late, also before the sweeper has come', async () => {
    const cohort = await givenAllocated();
    await at.claim(cohort, trust);
    clock.moveTo(endOfDay(cohort.allocation?.closesOn ?? '').toISOString());
    await at.claim(cohort, trust);
    expect(await proposal(cohort)).toMatchObject({ state: 'closed', late: [3] });
  });

  test('the host may put a claim earlier, with a reason, and leaves none out', async () => {
    const cohort = await givenAllocated();
    await at.claim(cohort, trust, { quantity: 3 });
    clock.moveBy(11 * day);
    const wrong = [
      [2, 3],
      [2, 3, 4, 9],
      [2, 2, 3, 4],
      [4, 2, 3],
    ];
    for (const order of wrong) {
      await expect(fix(cohort, order)).rejects.toMatchObject({ code: 'request.invalid' });
    }
    const adjustments = [{ ticket: 4, reason: 'Asked for by name' }];
    expect(await fix(cohort, [4, 2, 3], adjustments)).toMatchObject({ order: [4, 2, 3], adjustments });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 4, 2], waiting: [3] });
  });

  describe('whose order is fixed by two at once', () => {
    const reasons = (reason: string, ticket: number) => [{ ticket, reason }];
    type Decided = readonly [order: readonly number[], adjustments: readonly object[]];
    const [first, second, same]: readonly Decided[] = [
      [[3, 2], reasons('The first', 3)],
      [[2, 3], reasons('The second', 2)],
      [[3, 2], reasons('The same order, otherwise', 3)],
    ];

    /** Fixes an order on a table where, just before what is decided is written down, another order is fixed. */
    async function overtaken(mine: Decided, theirs: Decided, table = at.table) {
      const cohort = await givenAllocated();
      await at.claim(cohort, trust, { quantity: 2 });
      clock.moveBy(11 * day);
      const given = ([order, adjustments]: Decided) => ({ cohort: cohort.id, order, adjustments });
      const on = (its: PlacesTable['table']) => contextOf(its, clock, personOf(host));
      let isFirst = true;
      const late: PlacesTable['table'] = {
        ...table,
        put: async (item, onlyIf) => {
          if (isFirst && item.sk.startsWith('ALLOCATION')) {
            isFirst = false;
            await fixAllocation.perform(on(table), given(theirs));
          }
          return await table.put(item, onlyIf);
        },
      };
      const [mineAnswered] = await Promise.allSettled([fixAllocation.perform(on(late), given(mine))]);
      const { order, adjustments } = await getAllocation.perform(on(table), { cohort: cohort.id });
      const kept = await at.table.query({ pk: `COHORT#${cohort.id}`, prefix: 'ALLOCATION', limit: 9 }, z.unknown());
      return { answered: mineAnswered, order, adjustments, kept: kept.length };
    }
    if (first === undefined || second === undefined || same === undefined) throw new Error('There are three');

    test('has the winner’s order with the winner’s reasons, and nothing of the loser’s', async () => {
      for (const [mine, theirs] of [
        [second, first],
        [first, second],
      ] as const) {
        const { answered, ...left } = await overtaken(mine, theirs);
        expect(answered).toMatchObject({ status: 'rejected', reason: { code: 'allocation.fixed' } });
        expect(left).toEqual({ order: theirs[0], adjustments: theirs[1], kept: 1 });
      }
    });

    test('has the winner’s reasons also when both want the same order, which answers both', async () => {
      const { answered, ...left } = await overtaken(same, first);
      expect(answered).toMatchObject({ status: 'fulfilled', value: { order: first[0], adjustments: first[1] } });
      expect(left).toEqual({ order: first[0], adjustments: first[1], kept: 1 });
    });

    test('control: were there one decision for all, the loser’s reasons would stand beside the winner’s order', async () => {
      const one = <Keyed extends { readonly sk: string }>(keyed: Keyed): Keyed =>
        keyed.sk.startsWith('ALLOCATION#') ? { ...keyed, sk: 'ALLOCATION#one' } : keyed;
      const shared: PlacesTable['table'] = {
        ...at.table,
        put: async (item, onlyIf) =>
          await at.table.put(one(item), item.sk.startsWith('ALLOCATION#') ? undefined : onlyIf),
        get: async (key, schema, options) => await at.table.get(one(key), schema, options),
      };
      expect(await overtaken(second, first, shared)).toMatchObject({ order: first[0], adjustments: second[1] });
    });
  });

  test('what was given back meanwhile counts no more; a cancelled cohort gives nothing', async () => {
    const cohort = await givenAllocated();
    await at.claim(cohort, trust, { quantity: 2 });
    await at.giveBack(cohort, trust, [2]);
    clock.moveBy(11 * day);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(fix(cohort, [3])).rejects.toMatchObject({ code: 'cohort.already-ended' });
  });

  test('a cohort that is first come, first served has no order to fix', async () => {
    const cohort = await at.given();
    await expect(fix(cohort, [])).rejects.toMatchObject({ code: 'allocation.none' });
    await expect(proposal(cohort)).rejects.toMatchObject({ code: 'allocation.none' });
  });

  test('while claims are collected, its capacity is lowered only as far as nobody loses a place in line', async () => {
    const cohort = await givenAllocated({ capacity: 3, waitlist: 1 });
    await at.claim(cohort, trust, { quantity: 3 });
    await expect(at.setCapacity(cohort, 2)).rejects.toMatchObject({ code: 'cohort.capacity-in-use' });
    await at.giveBack(cohort, trust, [2, 3]);
    expect(await at.setCapacity(cohort, 1)).toMatchObject({ capacity: 1 });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });
});
