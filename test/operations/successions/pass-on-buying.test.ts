import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { approvalReplaced, orderReplaced, readApproval, readOrder } from '../../../shared/costs/buying-items.ts';
import type { Approval, Order } from '../../../shared/costs/buying-rules.ts';
import { findOrders } from '../../../shared/costs/find-orders.ts';
import { passOnApprovals, passOnOrders } from '../../../shared/costs/pass-on-buying.ts';
import { mostPence } from '../../../shared/costs/pence.ts';
import { idOfRequest } from '../../../shared/ids.ts';
import type { Passing } from '../../../shared/people/pass-on-people.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { throughout } from '../../support/successions.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let made: TestTable;

beforeAll(async () => {
  made = await createTestTable();
});
afterAll(async () => {
  await made.remove();
});

let pairs = 0;
const cohort = idOfRequest('coh', 'Autumn 2027');
const written = { by: 'mem_given', at: '2027-01-01T09:00:00.000Z', request: 'given' };
/** Two organisations of which one passes on to the other, and what they have approved and set. */
function given(table: Table = made.table) {
  pairs += 1;
  const from = organisationNamed(`old ${String(pairs)}`);
  const to = organisationNamed(`new ${String(pairs)}`);
  const passing: Passing = { table, clock, from, to };
  return {
    from,
    to,
    passing,
    approve: async (organisation: string, amount: number, facts: Partial<Approval> = {}) => {
      await made.table.put(approvalReplaced({ organisation, cohort, amount, version: 1, written, ...facts }).put);
    },
    order: async (organisation: string, facts: Partial<Order>) => {
      await made.table.put(orderReplaced({ organisation, cohort, version: 1, written, ...facts }).put);
    },
    approvals: async () => {
      const found = [await readApproval(made.table, from, cohort), await readApproval(made.table, to, cohort)];
      return found.map((approval) => approval?.amount);
    },
    orders: async () => {
      const found = [await readOrder(made.table, from, cohort), await readOrder(made.table, to, cohort)];
      return found.map((order) => [order?.purchaseOrder, order?.costCentre]);
    },
  };
}
const passApprovals = async (passing: Passing) => {
  await throughout(async (after) => await passOnApprovals(passing, after));
};
const passOrders = async (passing: Passing) => {
  await throughout(async (after) => await passOnOrders(passing, after));
};

describe('what is approved for a cohort', () => {
  test('passes to the successor as it is, with who approved it and when; nothing is left behind', async () => {
    const { from, to, passing, approve, approvals } = given();
    await approve(from, 450_000);
    await passApprovals(passing);
    expect(await approvals()).toEqual([0, 450_000]);
    expect(await readApproval(made.table, to, cohort)).toMatchObject({ version: 1, written });
    await passApprovals(passing);
    expect(await approvals()).toEqual([0, 450_000]);
  });

  test('adds to what the successor has approved itself, once, as far as an amount goes', async () => {
    const { from, to, passing, approve, approvals } = given();
    await approve(from, 450_000);
    await approve(to, 50_000, { version: 3 });
    await passApprovals(passing);
    await passApprovals(passing);
    expect(await approvals()).toEqual([0, 500_000]);
    const by = { by: 'cohortium', at: clock.now().toISOString() };
    expect(await readApproval(made.table, to, cohort)).toMatchObject({ version: 4, written: by });
    await approve(from, mostPence, { version: 5 });
    await passApprovals(passing);
    expect(await approvals()).toEqual([0, mostPence]);
  });

  test('an acknowledgement that was lost adds nothing twice; the control, which leaves it where it was, would', async () => {
    for (const isControl of [false, true]) {
      let isLost = true;
      const table: Table = {
        ...made.table,
        transact: async (writes) => {
          const done = await made.table.transact(isControl ? writes.slice(0, 1) : writes);
          if (!isLost) return done;
          isLost = false;
          throw new Error('Lost');
        },
      };
      const { from, to, passing, approve, approvals } = given(table);
      await approve(from, 450_000);
      await approve(to, 50_000);
      await expect(passApprovals(passing)).rejects.toThrow('Lost');
      await passApprovals({ ...passing, table: made.table });
      expect(await approvals()).toEqual(isControl ? [0, 950_000] : [0, 500_000]);
    }
  });

  test('is passed on as it is at that moment, whatever is approved meanwhile', async () => {
    let changes = 0;
    let most = 2;
    const table: Table = {
      ...made.table,
      transact: async (writes) => {
        changes += 1;
        if (changes <= most) await approve(to, 100_000 * changes, { version: changes });
        return await made.table.transact(writes);
      },
    };
    const { from, to, passing, approve, approvals } = given(table);
    await approve(from, 1000);
    await passApprovals(passing);
    expect(await approvals()).toEqual([0, 201_000]);
    most = 99;
    await approve(from, 1000, { version: 9 });
    await expect(passApprovals(passing)).rejects.toThrow('Another change came first');
  });
});

describe('what is ordered on a cohort', () => {
  test('passes to the successor, where that has set nothing itself', async () => {
    const { from, to, passing, order, orders } = given();
    await order(from, { purchaseOrder: 'PO-1', costCentre: 'C1' });
    await passOrders(passing);
    await passOrders(passing);
    expect(await orders()).toEqual([
      [undefined, undefined],
      ['PO-1', 'C1'],
    ]);
    expect(await readOrder(made.table, to, cohort)).toMatchObject({ version: 1, written });
  });

  test('stays what it was of what the predecessor owes, where the successor has its own', async () => {
    const { from, to, passing, order, orders } = given();
    await order(from, { purchaseOrder: 'PO-1', costCentre: 'C1' });
    await order(to, { purchaseOrder: 'PO-2' });
    await passOrders(passing);
    expect(await orders()).toEqual([
      ['PO-1', undefined],
      ['PO-2', 'C1'],
    ]);
    const change = { type: 'done', by: 'cohortium', at: written.at };
    const succession = { organisation: from, successor: to, on: '2027-01-01', status: 'done', request: '', version: 4 };
    await made.table.put({ ...keys.succession(from), ...succession, change });
    const found = async (organisation: string) => (await findOrders(made.table, organisation, [cohort])).get(cohort);
    expect(await found(from)).toEqual({ purchaseOrder: 'PO-1', costCentre: 'C1' });
    expect(await found(to)).toEqual({ purchaseOrder: 'PO-2', costCentre: 'C1' });
  });

  test('of more cohorts than pass at once, all', async () => {
    const { from, to, passing, order } = given();
    const cohorts = Array.from({ length: 101 }, (_, index) => idOfRequest('coh', 'many', String(index)));
    await Promise.all(cohorts.map(async (id) => await order(from, { cohort: id, purchaseOrder: id })));
    await passOrders(passing);
    const found = await findOrders(made.table, to, cohorts);
    expect(cohorts.map((id) => found.get(id)?.purchaseOrder)).toEqual(cohorts);
  });
});
