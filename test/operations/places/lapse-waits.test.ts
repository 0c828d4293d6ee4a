import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { lapseOverdueWaits } from '../../../shared/places/lapse-waits.ts';
import type { Table } from '../../../shared/table/table.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

/** What the sweeper does to a wait; that places are to be named is another matter. */
const sweep = async (cohort: Parameters<PlacesTable['told']>[0]) =>
  (await at.sweep(cohort)).filter(([type]) => type !== 'place.naming-due');

describe('a wait', () => {
  test.each([
    ['in winter', '2027-02-10', '2027-02-10T23:59:59.999Z', '2027-02-11T00:00:00.000Z'],
    ['in summer', '2027-06-12', '2027-06-12T22:59:59.999Z', '2027-06-12T23:00:00.000Z'],
    ['on the day when summer ends', '2027-10-31', '2027-10-31T23:59:59.999Z', '2027-11-01T00:00:00.000Z'],
  ])('ends with its day in London, %s', async (_when, confirmUntil, before, after) => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, council);
    await at.claim(cohort, trust, { quantity: 2, confirmUntil });
    await at.claim(cohort, council);
    clock.moveTo(before);
    expect(await sweep(cohort)).toEqual([]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2, 3, 4] });
    clock.moveTo(after);
    expect(await sweep(cohort)).toEqual([['place.lapsed', [2, 3], [trust, host]]]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [4] });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
    expect(await sweep(cohort)).toEqual([]);
    expect((await at.ledger(cohort)).lapsed).toEqual({ [trust.slice(4)]: 2 });
  });

  test('that was confirmed in time does not end', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, council);
    await at.claim(cohort, trust, { quantity: 2, confirmUntil: clock.now().toISOString().slice(0, 10) });
    await at.giveBack(cohort, council, [1]);
    await at.told(cohort);
    clock.moveBy(86_400_000);
    expect(await sweep(cohort)).toEqual([['place.lapsed', [3], [trust, host]]]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [] });
  });

  test('without a day has no end; a claim that was confirmed at once is never looked at again', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust, { confirmUntil: clock.now().toISOString().slice(0, 10) });
    await at.claim(cohort, council);
    await at.told(cohort);
    clock.moveBy(400 * 86_400_000);
    expect(await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now())).toMatchObject({ failures: [] });
    expect(await sweep(cohort)).toEqual([]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2] });
  });

  test('ends also when claims are closed; when the cohort is cancelled nothing is left to end', async () => {
    const [closed, cancelled] = [await at.given({ capacity: 1 }), await at.given({ capacity: 1 })];
    const confirmUntil = clock.now().toISOString().slice(0, 10);
    for (const cohort of [closed, cancelled]) await at.claim(cohort, trust, { quantity: 2, confirmUntil });
    await closeCohort.perform(at.as(host), { cohort: closed.id });
    await cancelCohort.perform(at.as(host), { cohort: cancelled.id });
    clock.moveBy(86_400_000);
    expect(await lapseOverdueWaits(at.table, clock, cancelled.id)).toBe(0);
    expect(await lapseOverdueWaits(at.table, clock, closed.id)).toBe(1);
    expect(await lapseOverdueWaits(at.table, clock, 'coh_000000000000')).toBe(0);
    expect(await at.standing(closed)).toEqual({ confirmed: [1], waiting: [] });
    expect(await at.standing(cancelled)).toEqual({ confirmed: [1], waiting: [2] });
  });

  test('ends together with many others, of several organisations, in as few writes as can be', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 100 });
    await at.claim(cohort, host);
    const confirmUntil = clock.now().toISOString().slice(0, 10);
    const waiting = Array.from({ length: 6 }, (_, index) => organisationNamed(`waiting-${String(index)}`));
    for (const organisation of waiting) await at.claim(cohort, organisation, { quantity: 10, confirmUntil });
    const { version } = await at.ledger(cohort);
    clock.moveBy(86_400_000);
    expect(await lapseOverdueWaits(at.table, clock, cohort.id)).toBe(60);
    const ledger = await at.ledger(cohort);
    expect(ledger.version).toBe(version + 2);
    expect(ledger.lapsed).toEqual(Object.fromEntries(waiting.map((organisation) => [organisation.slice(4), 10])));
    expect(disagreementsIn(ledger)).toEqual([]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
  });
});

describe('a wait that is promoted at the moment when it would end', () => {
  /** Lets waits lapse on a table where, between the look and the write, somebody gives the place back before it. */
  async function promotedMeanwhile(table: Table) {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, council);
    await at.claim(cohort, trust, { confirmUntil: clock.now().toISOString().slice(0, 10) });
    clock.moveBy(86_400_000);
    const late: Table = {
      ...table,
      update: async (key, change, schema) => {
        await at.table.update(
          key,
          {
            update: 'SET entries.#k = :back, room = room + :one, version = version + :one, #live.#o = :none',
            condition: 'entries.#k = :ticket',
            names: { '#k': entryOf(await at.ledger(cohort), 1), '#live': 'live', '#o': council.slice(4) },
            values: { ':back': -1, ':ticket': 1, ':one': 1, ':none': 0 },
          },
          schema,
        );
        return await table.update(key, change, schema);
      },
    };
    const lapsed = await lapseOverdueWaits(late, clock, cohort.id);
    return { lapsed, ...(await at.standing(cohort)), remembered: (await at.ledger(cohort)).lapsed };
  }

  test('stays confirmed', async () => {
    expect(await promotedMeanwhile(at.table)).toEqual({
      lapsed: 0,
      confirmed: [2],
      waiting: [],
      remembered: undefined,
    });
  });

  test('control: without the condition on the version that was read, its place would be lost', async () => {
    const careless = withoutClauses(at.table, /^version = :version$/);
    expect(await promotedMeanwhile(careless)).toEqual({
      lapsed: 1,
      confirmed: [],
      waiting: [],
      remembered: { [trust.slice(4)]: 1 },
    });
  });
});

test('waits of which the write was sent twice, since its answer was lost, are counted once', async () => {
  const cohort = await at.given({ capacity: 1, waitlist: 5 });
  await at.claim(cohort, trust, { quantity: 3, confirmUntil: clock.now().toISOString().slice(0, 10) });
  clock.moveBy(86_400_000);
  const repeating: Table = {
    ...at.table,
    update: async (key, change, schema) => {
      await at.table.update(key, change, schema);
      return await at.table.update(key, change, schema);
    },
  };
  await lapseOverdueWaits(repeating, clock, cohort.id);
  expect((await at.ledger(cohort)).lapsed).toEqual({ [trust.slice(4)]: 2 });
});

test('lapsing that others overtake each time gives up without a change, for the next minute', async () => {
  const cohort = await at.given({ capacity: 1, waitlist: 50 });
  await at.claim(cohort, trust, { quantity: 2, confirmUntil: clock.now().toISOString().slice(0, 10) });
  clock.moveBy(86_400_000);
  const overtaken: Table = {
    ...at.table,
    update: async (key, change, schema) => {
      await at.claim(cohort, council);
      return await at.table.update(key, change, schema);
    },
  };
  await expect(lapseOverdueWaits(overtaken, clock, cohort.id)).rejects.toMatchObject({ code: 'request.busy' });
  expect((await at.standing(cohort)).waiting[0]).toBe(2);
  expect(await lapseOverdueWaits(at.table, clock, cohort.id)).toBe(1);
});

function entryOf(ledger: { readonly entries: Readonly<Record<string, number>> }, ticket: number): string {
  return Object.entries(ledger.entries).find(([, its]) => Math.abs(its) === ticket)?.[0] ?? '';
}
