import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { readDue, removeDue } from '../../../shared/deadlines/deadlines-items.ts';
import { dueItem } from '../../../shared/deadlines/deadlines-views.ts';
import { applyView } from '../../../shared/events/apply-view.ts';
import { keys, shardOf, shards } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const clock = movableClock();
const trust = organisationNamed('trust');
const council = organisationNamed('council');
let opened: PlacesTable | undefined;

const at = (): PlacesTable => {
  if (opened === undefined) throw new Error('There is no table');
  return opened;
};
beforeEach(async () => {
  await opened?.close();
  opened = await openPlaces(clock);
});
afterAll(async () => {
  await opened?.close();
});

const act = async (table: Table = at().table, until: Date = clock.now()) =>
  await actOnDeadlines({ table, epoch: 1, clock }, until);
const today = () => clock.now().toISOString().slice(0, 10);
const due = async () =>
  (
    await Promise.all(
      Array.from({ length: shards }, async (_, shard) => await readDue(at().table, shard, clock.now(), 500)),
    )
  ).flat();

/** A cohort with one place taken and one wait that ends at the end of today. */
async function givenWait(facts = {}) {
  const cohort = await at().given({ capacity: 1, waitlist: 20, ...facts });
  await at().claim(cohort, council);
  await at().claim(cohort, trust, { confirmUntil: today() });
  await at().told(cohort);
  return cohort;
}
/** An id of a cohort whose due items stand in this shard. */
function idInShard(shard: number, number: number): string {
  for (let tried = 0; ; tried += 1) {
    const id = `coh_${String(number * 1000 + tried).padStart(12, '0')}`;
    if (shardOf(keys.ledger(id).pk) === shard) return id;
  }
}

describe('what falls due', () => {
  test('is acted on at its instant, not before, and once', async () => {
    const cohort = await givenWait();
    clock.moveTo(`${today()}T23:59:59.999Z`);
    expect(await act()).toEqual({ acted: 0, failures: [] });
    clock.moveBy(1);
    expect(await act()).toEqual({ acted: 1, failures: [] });
    const { version } = await at().ledger(cohort);
    expect(await act()).toEqual({ acted: 0, failures: [] });
    expect((await at().ledger(cohort)).version).toBe(version);
    expect(await due()).toEqual([]);
  });

  test('during an outage is acted on after it, once, whatever fell due meanwhile', async () => {
    const cohorts = [await givenWait(), await givenWait(), await givenWait()];
    clock.moveBy(2 * day);
    expect(await act()).toEqual({ acted: 3, failures: [] });
    for (const cohort of cohorts) expect((await at().standing(cohort)).waiting).toEqual([]);
    for (const cohort of cohorts) await at().told(cohort);
    clock.moveBy(2 * day);
    // The tombstones of those waits.
    expect(await act()).toEqual({ acted: 3, failures: [] });
    for (const cohort of cohorts) expect(Object.values((await at().ledger(cohort)).entries)).toEqual([1]);
  });

  test('the longest comes first', async () => {
    const ids = [3, 1, 2].map((number) => idInShard(0, number));
    const cohorts = [];
    for (const id of ids) {
      cohorts.push(await givenWait({ id }));
      clock.moveBy(day);
    }
    const order: string[] = [];
    const observed: Table = {
      ...at().table,
      update: async (key, change, schema) => {
        order.push(key.pk);
        return await at().table.update(key, change, schema);
      },
    };
    expect(await act(observed)).toMatchObject({ acted: 3 });
    expect(order).toEqual(cohorts.map(({ pk }) => pk));
  });

  test('by a sweeper that is killed after it acted is looked at again, and nothing is done twice', async () => {
    const cohort = await givenWait();
    clock.moveBy(day);
    const dying: Table = {
      ...at().table,
      delete: async () => await Promise.reject(new Error('Killed')),
    };
    expect((await act(dying)).failures).toEqual([{ kind: 'lapse-wait', error: new Error('Killed') }]);
    const before = await at().ledger(cohort);
    expect(await act()).toEqual({ acted: 1, failures: [] });
    expect(await at().ledger(cohort)).toEqual(before);
  });

  test('by two sweepers at once is done once', async () => {
    const cohorts = [await givenWait(), await givenWait(), await givenWait()];
    clock.moveBy(day);
    const runs = await Promise.all([act(), act(), act()]);
    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
    for (const cohort of cohorts) {
      const told = await at().told(cohort);
      expect(told.filter(({ type }) => type === 'place.lapsed').length).toBeLessThanOrEqual(1);
      expect((await at().standing(cohort)).waiting).toEqual([]);
      expect((await at().ledger(cohort)).version).toBe(4);
    }
  });

  test.each([day, 0])('and is written anew meanwhile, %d ms later, stays due', async (later) => {
    const cohort = await givenWait();
    clock.moveBy(day);
    const [item] = await due();
    if (item === undefined) throw new Error('Nothing is due');
    const deadline = {
      aggregate: keys.ledger(cohort.id),
      kind: 'lapse-wait',
      subject: item.sk.replace('DUE#lapse-wait#', ''),
    } as const;
    const instant = new Date(Date.parse(item.gsi1sk.split('#')[0] ?? '') + later);
    await applyView(at().table, dueItem(deadline, instant, item.v + 1));
    await removeDue(at().table, item);
    clock.moveBy(2 * day);
    expect(await due()).toEqual([{ ...item, v: item.v + 1, gsi1sk: `${instant.toISOString()}#${cohort.pk}` }]);
  });
});

describe('one that fails', () => {
  const setCapacity = async ({ pk }: { readonly pk: string }, capacity: unknown) =>
    await at().table.update(
      { pk, sk: 'LEDGER' },
      { update: 'SET #c = :c', names: { '#c': 'capacity' }, values: { ':c': capacity } },
      z.unknown(),
    );
  /** Breaks a ledger, so that nothing that is due about it can be acted on. */
  const breakLedger = async (cohort: { readonly pk: string }) => await setCapacity(cohort, 'ten');

  test('stays due and holds up no other of its shard; once it can be done, it is', async () => {
    const broken = await givenWait({ id: idInShard(1, 1) });
    clock.moveBy(1);
    const sound = await givenWait({ id: idInShard(1, 2) });
    await breakLedger(broken);
    clock.moveBy(day);
    for (let run = 0; run < 2; run += 1) {
      const { acted, failures } = await act();
      expect(acted).toBe(run === 0 ? 1 : 0);
      expect(failures).toEqual([{ kind: 'lapse-wait', error: expect.any(z.ZodError) }]);
    }
    expect((await at().standing(sound)).waiting).toEqual([]);
    await setCapacity(broken, 1);
    expect(await act()).toEqual({ acted: 1, failures: [] });
  });

  test('holds up no other also when it has more due than is read at once', async () => {
    const broken = await at().given({ id: idInShard(1, 1) });
    const sound = await givenWait({ id: idInShard(1, 2) });
    await breakLedger(broken);
    const long = '2027-01-01T00:00:00.000Z';
    await Promise.all(
      Array.from({ length: 230 }, async (_, index) => {
        const key = keys.deadline(keys.ledger(broken.id), 'lapse-wait', String(index));
        const entry = { kind: 'lapse-wait', v: 1, gsi1pk: keys.due(1), gsi1sk: `${long}#${String(index)}` };
        await at().table.put({ ...key, ...entry });
      }),
    );
    clock.moveBy(day);
    const { acted, failures } = await act(at().table, new Date(clock.now().getTime() + minute));
    expect({ acted, failed: failures.length }).toEqual({ acted: 1, failed: 230 });
    expect((await at().standing(sound)).waiting).toEqual([]);
  });

  test('a compaction that another change overtook is left for the next minute', async () => {
    const cohort = await at().given({ capacity: 5 });
    await at().claim(cohort, trust, {}, { idempotencyKey: 'in use again' });
    await at().giveBack(cohort, trust, [1]);
    await at().told(cohort);
    clock.moveBy(day);
    const overtaken: Table = {
      ...at().table,
      update: async (key, change, schema) =>
        await at().table.update(
          key,
          {
            ...change,
            condition: `${change.condition ?? ''} AND capacity = :none`,
            values: { ...change.values, ':none': 0 },
          },
          schema,
        ),
    };
    const { acted, failures } = await act(overtaken);
    expect({ acted, kinds: failures.map(({ kind }) => kind) }).toEqual({ acted: 0, kinds: ['compact-ledger'] });
    expect(await act()).toEqual({ acted: 1, failures: [] });
  });
});

test('a sweeper that runs out of time has begun with every shard, and leaves the rest to the next minute', async () => {
  const ids = Array.from({ length: shards }, (_, shard) => idInShard(shard, 5));
  for (const id of ids) await givenWait({ id });
  clock.moveBy(day);
  expect(await act(at().table, new Date(0))).toEqual({ acted: shards, failures: [] });
});
