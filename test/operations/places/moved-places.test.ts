import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { moveCohort } from '../../../shared/cohorts/move-cohort.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { keys } from '../../../shared/table/keys.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, givenReleased, parties } from '../../support/people.ts';
import { openPlaces, placesOn, toldOf, type PlacesTable } from '../../support/places.ts';

const start = '2027-01-04T09:00:00.000Z';
const clock = movableClock(start);
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

/** An open cohort of one day with one place, and as many who wait; its places are to be named 28 days before. */
async function given(firstDay: string): Promise<Cohort> {
  clock.moveTo(start);
  const naming = { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 };
  const days = { sessions: sessionsOn(firstDay), firstDay, lastDay: firstDay };
  return await at.given({ capacity: 1, waitlist: 5, naming, ...days });
}
const sessionsOn = (first: string) => [{ id: '0-1', day: first, from: '09:30', to: '16:30' }];
async function move({ id }: Cohort, expectedVersion: number, to: string): Promise<void> {
  const context = contextOf(at.table, clock, personOf(host), { expectedVersion });
  await moveCohort.perform(context, { cohort: id, sessions: sessionsOn(to) });
}
/** Takes what moving wrote there off the ledger: for controls. */
async function forget({ id }: Cohort, attribute: 'planned' | 'dueSince'): Promise<void> {
  await at.table.update(keys.ledger(id), { update: `REMOVE ${attribute}` }, z.unknown());
}

describe('a claim by a plan that is remembered', () => {
  /** What another Lambda does, which remembers the plan as it was before; and how often it reads and writes. */
  async function elsewhere(cohort: Cohort) {
    const calls: string[] = [];
    const table = openTable(at.database.client, at.database.name);
    const counted: Table = {
      ...table,
      get: async (...request) => {
        calls.push(`get ${request[0].sk}`);
        return await table.get(...request);
      },
      update: async (...request) => {
        calls.push(`update ${request[0].sk}`);
        return await table.update(...request);
      },
    };
    await getCohort.perform(contextOf(counted, clock, personOf(trust)), { cohort: cohort.id });
    calls.splice(0);
    return { ...placesOn(counted, clock), calls };
  }
  const outcome = async (claim: Promise<unknown>) =>
    await claim.then(
      () => 'claimed',
      (error: unknown) => z.object({ code: z.string() }).parse(error).code,
    );

  test('is one write while the plan is that of the ledger; and after a move, one more for each Lambda', async () => {
    const cohort = await given('2027-06-01');
    const there = await elsewhere(cohort);
    await there.claim(cohort, trust);
    // That its organisation has no buying rules is remembered for a minute.
    expect(there.calls.splice(0)).toEqual(['get BUYING-RULES', 'update LEDGER']);
    await move(cohort, 2, '2027-07-06');
    await there.claim(cohort, trust);
    expect(there.calls.splice(0)).toEqual(['update LEDGER', 'get COHORT', 'update LEDGER']);
    await there.claim(cohort, trust);
    expect(there.calls).toEqual(['update LEDGER']);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2, 3] });
  });

  test('is decided by the new days: one that is over now, and one that is not over any more', async () => {
    const [earlier, later, waits] = [await given('2027-06-01'), await given('2027-03-02'), await given('2027-03-02')];
    const there = [await elsewhere(earlier), await elsewhere(later), await elsewhere(waits)] as const;
    await move(earlier, 2, '2027-02-02');
    await move(later, 2, '2027-06-01');
    await move(waits, 2, '2027-06-01');
    const until = { confirmUntil: '2027-05-04' };
    expect(await outcome(there[2].claim(waits, trust, until))).toBe('claimed');
    clock.moveTo('2027-04-01T09:00:00.000Z');
    expect(await outcome(there[0].claim(earlier, trust))).toBe('cohort.over');
    expect(await outcome(there[1].claim(later, trust))).toBe('claimed');
  });

  test('control: were the version of the plan not on the ledger, it would be decided by the old days', async () => {
    const [earlier, later] = [await given('2027-06-01'), await given('2027-03-02')];
    const there = [await elsewhere(earlier), await elsewhere(later)] as const;
    await move(earlier, 2, '2027-02-02');
    await move(later, 2, '2027-06-01');
    await forget(earlier, 'planned');
    await forget(later, 'planned');
    clock.moveTo('2027-04-01T09:00:00.000Z');
    expect(await outcome(there[0].claim(earlier, trust))).toBe('claimed');
    expect(await outcome(there[1].claim(later, trust))).toBe('cohort.over');
  });

  test('that was made before the move is answered again after it', async () => {
    const cohort = await given('2027-06-01');
    const there = await elsewhere(cohort);
    const request = { idempotencyKey: 'claimed-before-the-move' };
    const made = await there.claim(cohort, trust, {}, request);
    await move(cohort, 2, '2027-02-02');
    clock.moveTo('2027-04-01T09:00:00.000Z');
    expect(await there.claim(cohort, trust, {}, request)).toEqual(made);
  });
});

describe('a name on a place of a cohort that is moved', () => {
  const name = async ({ id }: Cohort, person: string, table: Table) =>
    await namePlace.perform(contextOf(table, clock, personOf(trust)), { cohort: id, ticket: 1, person });
  const sweep = async (cohort: Cohort) => {
    await at.told(cohort);
    const { failures } = await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now());
    expect(failures).toEqual([]);
    return toldOf(await at.told(cohort)).map(([type, tickets]) => [type, tickets]);
  };
  const claimed = async (firstDay: string) => {
    const cohort = await given(firstDay);
    await at.claim(cohort, trust);
    await at.claim(cohort, council);
    return cohort;
  };
  const due = [['place.naming-due', [1]]];
  const released = [
    ['place.released', [1]],
    ['place.confirmed', [2]],
  ];

  test('is frozen by its new first day, also where the old one is remembered', async () => {
    const cohort = await claimed('2027-02-02');
    const reference = cohort.id;
    const person = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference });
    const there = openTable(at.database.client, at.database.name);
    await getCohort.perform(contextOf(there, clock, personOf(trust)), { cohort: cohort.id });
    clock.moveTo('2027-01-27T09:00:00.000Z');
    await expect(name(cohort, person, there)).rejects.toMatchObject({ code: 'place.frozen' });
    await move(cohort, 2, '2027-02-23');
    expect(await name(cohort, person, there)).toMatchObject({ ticket: 1, person });
  });

  test('is asked for anew when it is moved later, and the place is released by the new date alone', async () => {
    const cohort = await claimed('2027-06-01');
    // To be named by the end of 4 May.
    clock.moveTo('2027-04-29T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual(due);
    await move(cohort, 2, '2027-07-06');
    clock.moveTo('2027-05-05T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual([]);
    clock.moveTo('2027-06-02T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual(due);
    clock.moveTo('2027-06-08T22:00:00.000Z');
    expect(await sweep(cohort)).toEqual([]);
    clock.moveTo('2027-06-08T23:00:00.000Z');
    expect(await sweep(cohort)).toEqual(released);
  });

  test('is asked for anew when it is moved earlier, and never released within three days of that', async () => {
    const cohort = await claimed('2027-06-01');
    clock.moveTo('2027-03-01T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual([]);
    await move(cohort, 2, '2027-03-16');
    expect(await sweep(cohort)).toEqual(due);
    clock.moveBy(7 * day - 1);
    expect(await sweep(cohort)).toEqual([]);
    clock.moveBy(1);
    expect(await sweep(cohort)).toEqual(released);
  });

  /** Reminded, and a day before its release moved by two days, of which it is reminded again at once. */
  const movedShortlyBefore = async () => {
    const cohort = await claimed('2027-06-01');
    clock.moveTo('2027-04-29T09:00:00.000Z');
    await sweep(cohort);
    clock.moveTo('2027-05-04T09:00:00.000Z');
    await move(cohort, 2, '2027-06-03');
    expect(await sweep(cohort)).toEqual(due);
    return cohort;
  };

  test('what was due for it before the move is void', async () => {
    const cohort = await movedShortlyBefore();
    clock.moveTo('2027-05-05T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual([]);
    clock.moveTo('2027-05-11T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual(released);
  });

  test('control: a ledger that did not know when it was moved would release by the old date', async () => {
    const cohort = await movedShortlyBefore();
    await forget(cohort, 'dueSince');
    clock.moveTo('2027-05-05T09:00:00.000Z');
    expect(await sweep(cohort)).toEqual(released);
  });
});
