import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { setVatTreatment } from '../../../shared/costs/set-vat-treatment.ts';
import { readShares } from '../../../shared/costs/shares-items.ts';
import type { Envelope } from '../../../shared/events/envelope.ts';
import { putPeriods } from '../../../shared/postings/postings-items.ts';
import type { Table } from '../../../shared/table/table.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { lineOf } from '../../support/costs.ts';
import { openShares, type SharesTable } from '../../support/shares.ts';

type Named = Pick<Cohort, 'id' | 'host'>;
const clock = movableClock();
let at: SharesTable;

beforeAll(async () => {
  at = await openShares(clock);
});
afterAll(async () => {
  await at.close();
});

/** A story with all that changes shares: two months, two withdrawals, a claim, other costs, VAT; and a close between. */
async function lived(): Promise<{ cohort: Named; events: Envelope[] }> {
  const cohort = await at.givenShared();
  const events = await at.heard(cohort);
  clock.moveTo('2027-09-08T09:00:00.000Z');
  await at.giveBack(cohort, at.council, [3]);
  await at.claim(cohort, at.trust);
  await at.costs.set(cohort, 1, { lines: [{ ...lineOf('venue', 'venue', 100_000), actual: { net: 90_001 } }] });
  clock.moveTo('2027-10-03T09:00:00.000Z');
  await at.giveBack(cohort, at.trust, [1]);
  const treatment = { cohort: cohort.id, customer: at.trust, treatment: 'standard' };
  await setVatTreatment.perform(at.costs.changing(at.host, 2), treatment);
  return { cohort, events: [...events, ...(await at.heard(cohort))] };
}

/** Takes away all that the consumer made of a cohort, and all sums of its host, so that it can be made again. */
async function forget(cohort: Named): Promise<void> {
  for (const { pk, sk } of await at.postings(cohort)) await at.table.delete({ pk, sk });
  for (const { pk, sk } of await at.owed()) await at.table.delete({ pk, sk });
  await at.table.delete({ pk: `COHORT#${cohort.id}`, sk: 'SHARES' });
}

/** A table whose transaction of this number, counted from nought, dies: before it is done, or once it was. */
function dyingAt(number: number, when: 'before' | 'after'): Table {
  let transactions = -1;
  return {
    ...at.table,
    transact: async (writes) => {
      transactions += 1;
      if (transactions === number && when === 'before') throw new Error('Killed before');
      const done = await at.table.transact(writes);
      if (transactions === number) throw new Error('Killed after');
      return done;
    },
  };
}

describe('however the consumer is told, and wherever it is killed', () => {
  test('the same postings are made, to the byte', async () => {
    const { cohort, events } = await lived();
    await forget(cohort);
    expect(await at.consume(events)).toBe(0);
    const once = await at.postings(cohort);
    const owed = await at.owed();
    // Two shares, two differences of places, one of costs; for VAT, all of it taken back and posted anew.
    expect(once.length).toBe(7);
    const random = seededNumbers(20270405);
    let killed = 0;
    for (let number = 0; number < 8; number += 1) {
      for (const when of ['before', 'after'] as const) {
        await forget(cohort);
        // Out of order, each twice, in batches; then killed once on the way.
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: random() }))
          .sort((one, other) => one.at - other.at);
        const table = dyingAt(number, when);
        for (let start = 0; start < shuffled.length; start += 5) {
          const batch = shuffled.slice(start, start + 5).map(({ event }) => event);
          const failures = await at.consume(batch, table);
          if (failures > 0) killed += 1;
          if (failures > 0) expect(await at.consume(batch)).toBe(0);
        }
        expect(await at.postings(cohort)).toEqual(once);
        expect(await at.owed()).toEqual(owed);
      }
    }
    // Four transactions, each killed before it was done and after.
    expect(killed).toBe(8);
  }, 120_000);

  test('control: were postings and the cursor two writes, a consumer that was killed between would post twice', async () => {
    const { cohort, events } = await lived();
    await at.consume(events);
    const once = await at.postings(cohort);
    await forget(cohort);
    const torn: Table = {
      ...at.table,
      transact: async ([shares, ...beside]) => {
        for (const write of beside) {
          if ('put' in write) await at.table.put(write.put);
          if ('change' in write) await at.table.update(write.key, write.change, z.unknown());
        }
        if (beside.length > 0 && !(await isTorn())) throw new Error('Killed between');
        return shares === undefined || !('put' in shares) || (await at.table.put(shares.put, shares.onlyIf));
      },
    };
    let times = 0;
    const isTorn = async () => await Promise.resolve((times += 1) > 1);
    await at.consume(events, torn);
    await at.consume(events, torn);
    const sums = await at.owed();
    const owed = sums.reduce((total, { net }) => total + net, 0);
    expect(owed).not.toBe(once.reduce((total, { net }) => total + net, 0));
  });

  test('what comes after a close goes into the next period, with its true day; a close at the same moment is seen', async () => {
    const cohort = await at.givenShared();
    clock.moveTo('2027-10-02T09:00:00.000Z');
    const close = async () => {
      const closing = { period: '2027-09', by: 'mem_given', at: clock.now().toISOString() };
      await putPeriods(at.table, { through: '2027-09', closings: [closing], version: 1 }, at.host);
    };
    // The host closes September after the consumer has looked, and before it posts.
    let isClosed = false;
    const table: Table = {
      ...at.table,
      transact: async (writes) => {
        if (!isClosed) await close();
        isClosed = true;
        return await at.table.transact(writes);
      },
    };
    expect(await at.consume(await at.heard(cohort), table)).toBe(0);
    const made = await at.postings(cohort);
    expect(made.map(({ period, effectiveOn }) => [period, effectiveOn])).toEqual([
      ['2027-10', '2027-09-07'],
      ['2027-10', '2027-09-07'],
    ]);
    expect(await readShares(at.table, cohort.id)).toMatchObject({ closes: [{ through: '2027-09', step: 1 }] });
  });
});
