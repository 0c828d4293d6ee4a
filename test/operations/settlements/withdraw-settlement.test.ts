import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listSettlements } from '../../../shared/settlements/list-settlements.ts';
import { restateSettlement } from '../../../shared/settlements/settlements-events.ts';
import { readPayment, readSettlement } from '../../../shared/settlements/settlements-items.ts';
import { readStatement } from '../../../shared/statements/statements-items.ts';
import type { Item, Table, TransactionWrite } from '../../../shared/table/table.ts';
import { movableClock } from '../../support/context.ts';
import { death, mortalTable } from '../../support/mortal-table.ts';
import { openSettlements, type SettlementsTable } from '../../support/settlements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: SettlementsTable;
let number = 0;
beforeAll(async () => {
  at = await openSettlements(clock, 'abcd');
});
afterAll(async () => {
  await at.close();
});

const another = () => {
  number += 1;
  return `20${String(20 + Math.floor(number / 12))}-${String((number % 12) + 1).padStart(2, '0')}`;
};
/** Statements of a to b and of a to c, settled gross by what `by` has proposed. */
const given = async (by = 'a') => {
  const month = another();
  const statements = [await at.owe('a', 'b', 500, month), await at.owe('a', 'c', 700, month)];
  const own = by === 'a' ? statements : statements.slice(0, 1);
  const { id, payments } = await at.propose(by, { statements: own });
  return { id, statements: own, toB: payments.find(({ to }) => to === at.org('b'))?.number ?? 0 };
};
const holders = async (statements: readonly string[]) =>
  await Promise.all(statements.map(async (id) => (await readStatement(at.table, id))?.settlement));
const beingPaid = { code: 'settlement.being-paid' };
const isWithdrawn = { code: 'settlement.withdrawn' };

describe('a settlement of which nothing is paid', () => {
  test('is withdrawn by any of its organisations: its statements are free, and all of them are told', async () => {
    const { id, statements, toB } = await given();
    await at.told();
    await expect(at.withdraw('d', id)).rejects.toMatchObject({ code: 'settlement.not-found' });
    const withdrawn = await at.withdraw('c', id);
    expect(withdrawn).toMatchObject({ status: 'withdrawn', position: { isOwed: 700 }, debts: [{ settled: false }] });
    expect(await holders(statements)).toEqual([undefined, undefined]);
    expect(await at.withdraw('a', id)).toMatchObject({ status: 'withdrawn' });
    expect(await at.told()).toEqual([
      {
        type: 'settlement.withdrawn',
        audience: [at.org('a'), at.org('b'), at.org('c')].sort(),
        data: { settlement: id },
      },
    ]);
    // Nothing of it is to be paid any more, and it is seen as what it is.
    await expect(at.record('a', id, toB)).rejects.toMatchObject(isWithdrawn);
    await expect(at.arrived('b', id, toB, '2027-10-01')).rejects.toMatchObject(isWithdrawn);
    const { items } = await listSettlements.perform(at.as('b'), { status: 'withdrawn' });
    expect(items).toMatchObject([{ id, status: 'withdrawn' }]);
    const settlement = await readSettlement(at.table, id);
    const restated = settlement === undefined ? [] : restateSettlement(settlement);
    expect(restated.map(({ data }) => data['status'])).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
    // What one party had proposed gross can be netted after all.
    const netting = await at.net('ab');
    const netted = await at.propose('b', { netting, through: '2027-09' });
    expect(await holders(statements)).toEqual([netted.id, undefined]);
    await at.withdraw('a', netted.id);
  });

  test('is withdrawn by who proposed it, also when it concerns others alone', async () => {
    const month = another();
    const statement = await at.owe('a', 'b', 100, month);
    const netting = await at.net('dab');
    await at.relay.relayAll();
    const { id } = await at.propose('d', { netting, through: month });
    expect(await at.withdraw('d', id)).toMatchObject({ status: 'withdrawn', debts: [], payments: [] });
    expect(await holders([statement])).toEqual([undefined]);
  });

  test('sets nothing off before it is paid, so that what is withdrawn leaves everybody as they were', async () => {
    // Before all that is owed besides.
    const month = '2019-01';
    const ring = [await at.owe('a', 'b', 5, month), await at.owe('b', 'c', 5, month), await at.owe('c', 'a', 8, month)];
    const netting = await at.net('abc');
    await at.relay.relayAll();
    const { id, payments, debts } = await at.propose('c', { netting, through: month });
    expect(payments).toMatchObject([{ from: at.org('c'), to: at.org('a'), pence: 3 }]);
    expect(debts.every(({ settled }) => !settled)).toBe(true);
    await at.withdraw('b', id);
    for (const statement of ring) {
      const { status, settlement } = (await readStatement(at.table, statement)) ?? {};
      expect([status, settlement]).toEqual(['agreed', undefined]);
    }
  });
});

describe('a settlement is not withdrawn', () => {
  test('once a payment of it is made', async () => {
    const { id, statements, toB } = await given();
    await at.record('a', id, toB);
    for (const letter of ['a', 'b', 'c']) await expect(at.withdraw(letter, id)).rejects.toMatchObject(beingPaid);
    expect(await holders(statements)).toEqual([id, id]);
  });

  test('once a payment of it is confirmed', async () => {
    const { id, toB } = await given();
    await at.arrived('b', id, toB, '2027-10-01');
    await expect(at.withdraw('c', id)).rejects.toMatchObject(beingPaid);
  });

  test('once it is settled', async () => {
    const { id, toB } = await given('b');
    await at.arrived('b', id, toB, '2027-10-01');
    await expect(at.withdraw('a', id)).rejects.toMatchObject({ code: 'settlement.settled' });
  });

  test('when all of it is set off, be it cut off as it was opened', async () => {
    const month = '2018-01';
    const ring = [await at.owe('a', 'b', 5, month), await at.owe('b', 'a', 5, month)];
    const netting = await at.net('ab');
    await at.relay.relayAll();
    const request = { idempotencyKey: 'withdraw-ring' };
    // Written down; two statements taken; opened.
    const on = mortalTable(at.table, 4);
    await expect(at.propose('a', { netting, through: month }, { request, on })).rejects.toBe(death);
    const [id = ''] = await holders(ring);
    expect(await readSettlement(at.table, id)).toMatchObject({ status: 'open' });
    await expect(at.withdraw('b', id)).rejects.toMatchObject({ code: 'settlement.settled' });
    await at.relay.relayAll();
    clock.moveBy(3 * 60_000);
    await at.sweep();
    expect(await readSettlement(at.table, id)).toMatchObject({ status: 'settled' });
    for (const statement of ring) expect(await readStatement(at.table, statement)).toMatchObject({ status: 'settled' });
  });
});

describe('a withdrawal that is cut off', () => {
  test('is gone on with by the same request, or by the clock', async () => {
    for (const goOn of ['request', 'clock']) {
      const { id, statements } = await given();
      await expect(at.withdraw('b', id, mortalTable(at.table, 2))).rejects.toBe(death);
      expect((await holders(statements)).filter((holder) => holder === id)).toHaveLength(1);
      if (goOn === 'request') await at.withdraw('b', id);
      await at.relay.relayAll();
      clock.moveBy(3 * 60_000);
      if (goOn === 'clock') await at.sweep();
      expect(await holders(statements)).toEqual([undefined, undefined]);
    }
  });

  test('has its statements taken by a settlement that was begun while they were free', async () => {
    const statement = await at.owe('a', 'b', 100, another());
    let meanwhile: Promise<unknown> | undefined;
    const proposedAndCutOff = async () => {
      const { id } = await at.propose('b', { statements: [statement] });
      await expect(at.withdraw('b', id, mortalTable(at.table, 1))).rejects.toBe(death);
    };
    const on: Table = {
      ...at.table,
      put: async (item, onlyIf) => {
        const done = await at.table.put(item, onlyIf);
        if (item.sk === 'SETTLEMENT') await (meanwhile ??= proposedAndCutOff());
        return done;
      },
    };
    const { id } = await at.propose('a', { statements: [statement] }, { on });
    expect(await holders([statement])).toEqual([id]);
  });
});

describe('a withdrawal and the first payment at the same moment', () => {
  const isSettlement = (write: TransactionWrite) => 'put' in write && write.put.sk === 'SETTLEMENT';

  /** Pays while another withdraws just before the payment is written; with `alone`, the payment is written by itself. */
  async function paidWhileWithdrawn(alone: boolean) {
    const { id, toB } = await given();
    let withdrawal: Promise<unknown> | undefined;
    const on: Table = {
      ...at.table,
      transact: async (writes) => {
        await (withdrawal ??= at.withdraw('b', id));
        return await at.table.transact(alone ? writes.filter((write) => !isSettlement(write)) : writes);
      },
    };
    const paid = await Promise.allSettled([at.record('a', id, toB, {}, on)]);
    return { paid, status: (await readPayment(at.table, id, toB))?.status };
  }

  test('what is withdrawn is not paid', async () => {
    const { paid, status } = await paidWhileWithdrawn(false);
    expect(paid).toMatchObject([{ status: 'rejected', reason: isWithdrawn }]);
    expect(status).toBe('owed');
  });

  test('control: were the payment written by itself, what is withdrawn would be paid', async () => {
    const { status } = await paidWhileWithdrawn(true);
    expect(status).toBe('made');
  });

  test('what is paid is not withdrawn', async () => {
    const { id, statements, toB } = await given();
    let payment: Promise<unknown> | undefined;
    const on: Table = {
      ...at.table,
      put: async (item: Item, onlyIf) => {
        if (item.sk === 'SETTLEMENT') await (payment ??= at.record('a', id, toB));
        return await at.table.put(item, onlyIf);
      },
    };
    await expect(at.withdraw('b', id, on)).rejects.toMatchObject(beingPaid);
    expect(await holders(statements)).toEqual([id, id]);
  });

  test('first payments of the same moment are all made', async () => {
    const { id } = await given();
    const made = await Promise.all([1, 2].map(async (payment) => await at.record('a', id, payment)));
    expect(made).toMatchObject([{ status: 'made' }, { status: 'made' }]);
  });

  test('gives up when other changes come first again and again', async () => {
    const { id, toB } = await given();
    const never = async () => await Promise.resolve(false);
    const busy: Table = { ...at.table, put: never, transact: never };
    await expect(at.withdraw('a', id, busy)).rejects.toMatchObject({ code: 'request.busy' });
    await expect(at.record('a', id, toB, {}, busy)).rejects.toMatchObject({ code: 'request.busy' });
  });
});
