import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { passOn } from '../../../shared/successions/pass-on.ts';
import { passOnPeople } from '../../../shared/people/pass-on-people.ts';
import { peopleSource } from '../../../shared/people/people-items.ts';
import { readClaimReasons } from '../../../shared/places/allocations-items.ts';
import { claimOf, placesOf } from '../../../shared/places/ledger.ts';
import { readPlaceRecords } from '../../../shared/places/place-records-items.ts';
import { readSuccession } from '../../../shared/successions/successions-items.ts';
import type { Condition, Table, TransactionWrite, Update } from '../../../shared/table/table.ts';
import { movableClock } from '../../support/context.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';
import { beginsAt, givenMerger } from '../../support/successions.ts';

const clock = movableClock();
let at: PlacesTable;
let merger: Awaited<ReturnType<typeof givenMerger>>;

beforeEach(async () => {
  clock.moveTo('2027-01-04T09:00:00.000Z');
  at = await openPlaces(clock);
  merger = await givenMerger(at, clock);
});
afterEach(async () => {
  await at.close();
});

/** Until when a run goes on. */
const soon = () => new Date(clock.now().getTime() + 45_000);
const death = new Error('Died');

/**
 * A table whose user dies after one write that changed something, before its answer comes: nothing is sent after it. Writes
 * of the same moment come one after another, so that it dies between any two.
 */
function mortal(table: Table): Table {
  let isDead = false;
  let last: Promise<unknown> = Promise.resolve();
  const write = async <T>(request: () => Promise<T>, hasChanged: (answer: T) => boolean): Promise<T> => {
    const before = last;
    const own = (async () => {
      await before;
      if (isDead) throw death;
      const answer = await request();
      isDead = hasChanged(answer);
      if (isDead) throw death;
      return answer;
    })();
    last = own.catch(() => undefined);
    return await own;
  };
  const isTrue = (answer: boolean) => answer;
  return {
    ...table,
    put: async (...given) => await write(async () => await table.put(...given), isTrue),
    update: async (...given) =>
      await write(
        async () => await table.update(...given),
        ({ applied }) => applied,
      ),
    delete: async (...given) => await write(async () => await table.delete(...given), isTrue),
    transact: async (...given) => await write(async () => await table.transact(...given), isTrue),
  };
}

/** Does what is due again and again, dying after each write, until there is nothing to write. Answers how often it died. */
async function dyingAfterEach(): Promise<number> {
  for (let deaths = 0; ; deaths += 1) {
    try {
      if (await passOn(mortal(at.table), clock, merger.from, soon())) return deaths;
    } catch (error) {
      if (error !== death) throw error;
    }
  }
}

/** Everything that a succession changes, without versions and times. */
async function stateOf() {
  const { from, to, cohort, allocated } = merger;
  const ledgers = [await at.ledger(cohort), await at.ledger(allocated)];
  const records = await Promise.all(ledgers.map(async ({ pk }) => await readPlaceRecords(at.table, pk.slice(7))));
  const people = await Promise.all(
    [from, to].map(async (organisation) => await peopleSource(at.table, organisation)(undefined, 100)),
  );
  return {
    places: ledgers.map((ledger) => placesOf(ledger)),
    named: records.map((all) =>
      [...all.values()].map(({ ticket, organisation, person }) => [ticket, organisation, person]),
    ),
    people: people.map((all) =>
      all.map((one) => (one.status === 'active' ? [one.id, one.reference, one.managerReference, one.name] : [one.id])),
    ),
    status: (await readSuccession(at.table, from))?.status,
    reasons: await Promise.all(
      ledgers.map(async ({ pk, entries }) => {
        const claims = Object.keys(entries).map(claimOf);
        return (await readClaimReasons(at.table, pk.slice(7), claims)).size;
      }),
    ),
    disagreements: ledgers.flatMap(disagreementsIn),
  };
}

/** The tickets that were told of as passed on,and who joined. */
async function toldOnce() {
  const told = await at.relay.relayAll();
  const tickets = told.flatMap(({ type, data }) =>
    type === 'place.passed-on' ? [[data['cohort'], data['tickets']]] : [],
  );
  return {
    tickets: new Set(tickets),
    times: tickets.length,
    joined: told.filter(({ type }) => type === 'member.joined').length,
    succeeded: told.filter(({ type }) => type === 'organisation.succeeded').length,
  };
}

async function expectPassedOnce(): Promise<void> {
  const { from, to, cohort, allocated } = merger;
  const state = await stateOf();
  expect(state).toMatchObject({ status: 'done', disagreements: [], reasons: [1, 1] });
  expect(state.places.map((places) => places.map(({ ticket }) => ticket))).toEqual([
    [1, 2, 3, 4, 5, 6],
    [1, 2, 3],
  ]);
  const holders = new Set(state.places.flat().map(({ organisation }) => organisation));
  expect(holders).toEqual(new Set([to, merger.other]));
  const [left = [], passed = []] = state.people;
  expect(left.map((person) => person.length)).toEqual([1, 1, 1]);
  expect(new Set(passed.map(([, reference]) => reference))).toEqual(
    new Set(['A1', 'BOSS', 'C7', `C7/${from.slice(4).toUpperCase()}`]),
  );
  expect(passed).toHaveLength(4);
  expect(
    state.named[0]?.map(([, organisation, person]) => [organisation, passed.some(([id]) => id === person)]),
  ).toEqual([
    [to, true],
    [to, true],
  ]);
  const all = [
    [allocated.id, [1, 2]],
    [cohort.id, [1, 2, 4, 5]],
  ];
  expect(await toldOnce()).toEqual({ tickets: new Set(all), times: 2, joined: 2, succeeded: 1 });
  // Looked through once more, a day later, nothing changes.
  clock.moveBy(86_400_000);
  await passOn(at.table, clock, from, soon());
  expect(await stateOf()).toEqual(state);
  expect(await at.relay.relayAll()).toEqual([]);
}

test('a succession that is cut off after each of its writes, and done again each time, loses and doubles nothing', async () => {
  clock.moveTo(beginsAt);
  expect(await dyingAfterEach()).toBe(6);
  clock.moveBy(5 * 60_000);
  expect(await dyingAfterEach()).toBeGreaterThan(12);
  await expectPassedOnce();
});

test('control: were people not marked as passed on, they would be passed on twice', async () => {
  const { from, to } = merger;
  const forgetful: Table = {
    ...at.table,
    get: async (key, schema, options) => {
      const found = await at.table.get(key, schema, options);
      const isMarked = typeof found === 'object' && found !== null && 'request' in found;
      return isMarked ? schema.parse({ ...found, request: '' }) : found;
    },
  };
  await passOnPeople({ table: at.table, clock, from, to }, undefined);
  const once = (await stateOf()).people[1] ?? [];
  await passOnPeople({ table: at.table, clock, from, to }, undefined);
  expect((await stateOf()).people[1]).toEqual(once);
  await passOnPeople({ table: forgetful, clock, from, to }, undefined).catch(() => undefined);
  expect((await stateOf()).people[1]?.length).toBeGreaterThan(once.length);
});

describe('a succession whose every write arrives twice', () => {
  type Bend = (condition: string) => string;
  const asItIs: Bend = (condition) => condition;
  /** A condition that is met whatever there is. */
  const always: Bend = (condition) => `(${condition}) OR attribute_not_exists(nothing)`;

  /** Sends each write twice, under conditions bent in this way, and answers as the second was answered. */
  function twice(table: Table, bend: Bend): Table {
    const put = async (item: Parameters<Table['put']>[0], onlyIf?: Condition) =>
      await table.put(item, onlyIf && { ...onlyIf, condition: bend(onlyIf.condition) });
    const changed = ({ condition, ...change }: Update): Update =>
      condition === undefined ? change : { ...change, condition: bend(condition) };
    return {
      ...table,
      put: async (item, onlyIf) => {
        await put(item, onlyIf);
        return await put(item, onlyIf);
      },
      update: async (key, change, schema) => {
        await table.update(key, changed(change), schema);
        return await table.update(key, changed(change), schema);
      },
      transact: async (writes: readonly TransactionWrite[]) => {
        await table.transact(writes);
        return await table.transact(writes);
      },
    };
  }

  /** Runs until nothing is left, as the sweeper does each minute. */
  async function runUntilDone(table: Table): Promise<void> {
    for (let run = 0; run < 12; run += 1) {
      try {
        if (await passOn(table, clock, merger.from, soon())) return;
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'Another change came first') throw error;
      }
    }
    throw new Error('It does not come to an end');
  }

  test('does it once', async () => {
    clock.moveTo(beginsAt);
    await runUntilDone(twice(at.table, asItIs));
    clock.moveBy(5 * 60_000);
    await runUntilDone(twice(at.table, asItIs));
    await expectPassedOnce();
  });

  test('control: without their conditions, places are counted twice', async () => {
    clock.moveTo(beginsAt);
    await runUntilDone(twice(at.table, asItIs));
    clock.moveBy(5 * 60_000);
    await runUntilDone(twice(at.table, always));
    expect((await stateOf()).disagreements).toContain('an organisation is miscounted');
  });
});
