import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPayments, readSettlement } from '../../../shared/settlements/settlements-items.ts';
import { readStatement } from '../../../shared/statements/statements-items.ts';
import type { Table } from '../../../shared/table/table.ts';
import { movableClock } from '../../support/context.ts';
import { death, mortalTable } from '../../support/mortal-table.ts';
import { openSettlements, type SettlementsTable } from '../../support/settlements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: SettlementsTable;
let number = 0;
beforeAll(async () => {
  at = await openSettlements(clock, 'abc');
});
afterAll(async () => {
  await at.close();
});

/** Three statements of a month of their own: of a to b, b to c, and c to a; the last is set off, the others netted by one payment. */
async function given() {
  number += 1;
  const month = `2026-${String(number).padStart(2, '0')}`;
  const netting = await at.net('abc');
  const statements = [
    await at.owe('a', 'b', 500, month),
    await at.owe('b', 'c', 500, month),
    await at.owe('c', 'a', 200, month),
  ];
  await at.relay.relayAll();
  return { statements, proposal: { netting, through: month } };
}

/** Does it again and again, dying after each write, until there is nothing left to write; answers how often it died. */
async function dyingAfterEach<T>(work: (table: Table) => Promise<T>): Promise<{ deaths: number; answer: T }> {
  for (let deaths = 0; ; deaths += 1) {
    try {
      return { deaths, answer: await work(mortalTable(at.table, 1)) };
    } catch (error) {
      if (error !== death) throw error;
    }
  }
}

const standing = async (statements: readonly string[]) =>
  await Promise.all(
    statements.map(async (statement) => {
      const { status, settlement } = (await readStatement(at.table, statement)) ?? {};
      return [status, settlement];
    }),
  );

const taken = (settlement: string) => ['agreed', settlement];
const settled = (settlement: string) => ['settled', settlement];
/** Until it is paid, nothing is settled; from the first payment on, what is set off is. */
const asOpened = (settlement: string) => [taken(settlement), taken(settlement), taken(settlement)];
const asBeingPaid = (settlement: string) => [taken(settlement), taken(settlement), settled(settlement)];

/** A table on which something else happens as soon as a settlement is begun, before it takes anything. */
function interrupted(table: Table, meanwhile: () => Promise<unknown>): Table {
  return {
    ...table,
    put: async (item, onlyIf) => {
      const done = await table.put(item, onlyIf);
      if (item.sk === 'SETTLEMENT' && item['status'] === 'preparing') await meanwhile();
      return done;
    },
  };
}

describe('a settlement that is cut off', () => {
  test('after any write is gone on with by the same request, and comes to the same', async () => {
    const { statements, proposal } = await given();
    const request = { idempotencyKey: 'cut-1' };
    const { deaths, answer } = await dyingAfterEach(
      async (table) => await at.propose('a', proposal, { request, on: table }),
    );
    // Written down; three statements taken; one payment; opened.
    expect(deaths).toBe(6);
    expect(answer).toMatchObject({ status: 'open', plan: { payments: 1 } });
    expect(await standing(statements)).toEqual(asOpened(answer.id));
    await at.relay.relayAll();
    await at.record('a', answer.id, 1);
    expect(await standing(statements)).toEqual(asBeingPaid(answer.id));
    const confirmed = await dyingAfterEach(async (table) => await at.confirm('c', answer.id, 1, table));
    // Confirmed; two statements settled; the settlement settled.
    expect(confirmed.deaths).toBe(4);
    expect(await standing(statements)).toEqual(statements.map(() => ['settled', answer.id]));
    expect(await at.get('b', answer.id)).toMatchObject({ status: 'settled' });
    const types = (await at.told()).map(({ type }) => type).sort();
    expect(types).toEqual([
      'payment.confirmed',
      'payment.made',
      'settlement.settled',
      'statement.settled',
      'statement.settled',
      'statement.settled',
    ]);
  });

  test('and never asked for again is gone on with by the clock', async () => {
    const { statements, proposal } = await given();
    for (const writes of [1, 2]) {
      const request = { idempotencyKey: 'cut-2' };
      const dying = at.propose('a', proposal, { request, on: mortalTable(at.table, writes) });
      await expect(dying).rejects.toBe(death);
    }
    await at.relay.relayAll();
    await at.sweep();
    // Whoever began it may still be at it.
    expect((await standing(statements)).filter(([, settlement]) => settlement === undefined)).not.toEqual([]);
    clock.moveBy(3 * 60_000);
    await at.sweep();
    const [[, id = ''] = []] = await standing(statements);
    expect(await standing(statements)).toEqual(asOpened(id));
    expect(await at.get('b', id)).toMatchObject({ status: 'open' });
    expect((await at.told()).filter(({ type }) => type === 'settlement.proposed')).toHaveLength(3);

    await expect(at.record('a', id, 1, {}, mortalTable(at.table, 1))).rejects.toBe(death);
    expect(await standing(statements)).toEqual(asOpened(id));
    await at.relay.relayAll();
    clock.moveBy(3 * 60_000);
    await at.sweep();
    expect(await standing(statements)).toEqual(asBeingPaid(id));

    await expect(at.confirm('c', id, 1, mortalTable(at.table, 1))).rejects.toBe(death);
    expect(await readSettlement(at.table, id)).toMatchObject({ status: 'open' });
    await at.relay.relayAll();
    clock.moveBy(3 * 60_000);
    await at.sweep();
    expect(await standing(statements)).toEqual(statements.map(() => ['settled', id]));
    expect(await readSettlement(at.table, id)).toMatchObject({ status: 'settled' });
  });
});

describe('two payments that are confirmed at the same moment', () => {
  /** Statements of a to b and of a to c, paid each; that to b is confirmed first, by a request that is cut off then. */
  async function cutOff() {
    number += 1;
    const month = `2026-${String(number).padStart(2, '0')}`;
    const statements = [await at.owe('a', 'b', 500, month), await at.owe('a', 'c', 700, month)];
    const { id, payments } = await at.propose('a', { statements });
    for (const payment of payments) await at.record('a', id, payment.number);
    const of = (letter: string) => payments.find(({ to }) => to === at.org(letter))?.number ?? 0;
    await expect(at.confirm('b', id, of('b'), mortalTable(at.table, 1))).rejects.toBe(death);
    return { statements, id, of };
  }

  test('leave no statement unsettled, be the first cut off after its payment', async () => {
    const { statements, id, of } = await cutOff();
    await at.confirm('c', id, of('c'));
    expect(await standing(statements)).toEqual([settled(id), settled(id)]);
    expect(await readSettlement(at.table, id)).toMatchObject({ status: 'settled' });
  });

  test('nor what is set off, be who pays cut off after the first payment', async () => {
    const { statements, proposal } = await given();
    const { id } = await at.propose('a', proposal);
    await expect(at.record('a', id, 1, {}, mortalTable(at.table, 1))).rejects.toBe(death);
    await at.confirm('c', id, 1);
    expect(await standing(statements)).toEqual([settled(id), settled(id), settled(id)]);
  });

  test('nor one that was left behind in a settlement that is settled: whoever goes on with its payment settles it', async () => {
    const { statements, id, of } = await cutOff();
    await at.confirm('c', id, of('c'));
    await at.relay.relayAll();
    const [first = ''] = statements;
    const statement = await readStatement(at.table, first);
    if (statement === undefined) throw new Error('There is no statement');
    const { settledOn: _settledOn, ...rest } = statement;
    await at.table.put({ ...rest, status: 'agreed', version: rest.version + 1 });
    clock.moveBy(3 * 60_000);
    await at.sweep();
    expect(await standing(statements)).toEqual([settled(id), settled(id)]);
  });
});

describe('a settlement that another overtakes', () => {
  test('takes nothing, gives back what it had taken, and is seen by nobody', async () => {
    const { statements, proposal } = await given();
    const [, , last = ''] = statements;
    let other = '';
    const request = { idempotencyKey: 'overtaken-1' };
    const on = interrupted(at.table, async () => {
      other = (await at.propose('c', { statements: [last] })).id;
    });
    const overtaken = { code: 'settlement.overtaken' };
    await expect(at.propose('a', proposal, { request, on })).rejects.toMatchObject(overtaken);
    await expect(at.propose('a', proposal, { request })).rejects.toMatchObject(overtaken);
    const free = ['agreed', undefined];
    expect(await standing(statements)).toEqual([free, free, ['agreed', other]]);
    const told = (await at.told()).filter(({ type }) => type === 'settlement.proposed');
    expect(new Set(told.map(({ data }) => data['settlement']))).toEqual(new Set([other]));
    // What is left can be settled by another.
    const next = await at.propose('a', proposal);
    expect(next).toMatchObject({ status: 'open', plan: { payments: 1 } });
  });

  test('and is cut off before it has given back, gives back by the clock, or to whoever takes it', async () => {
    const { statements, proposal } = await given();
    const [first = '', second = '', last = ''] = statements;
    const request = { idempotencyKey: 'overtaken-2' };
    const on = interrupted(mortalTable(at.table, 4), async () => await at.propose('c', { statements: [last] }));
    // It is written down, takes two of the three, and is abandoned.
    await expect(at.propose('a', proposal, { request, on })).rejects.toBe(death);
    const [[, abandoned = ''] = []] = await standing([first]);
    expect(await readSettlement(at.table, abandoned)).toMatchObject({ status: 'abandoned' });
    expect(await readPayments(at.table, abandoned)).toEqual([]);
    await expect(at.get('a', abandoned)).rejects.toMatchObject({ code: 'settlement.not-found' });
    await at.relay.relayAll();
    clock.moveBy(3 * 60_000);
    await at.sweep();
    expect(await standing([first, second])).toEqual([
      ['agreed', undefined],
      ['agreed', undefined],
    ]);
  });
});

describe('a statement that two settlements reach for', () => {
  /** How many settlements believe that they have a statement, when another takes it just before one writes that it does. */
  async function holders(guarded: boolean): Promise<number> {
    const { statements } = await given();
    const [statement = ''] = statements;
    let others: Promise<unknown> | undefined;
    const on: Table = {
      ...at.table,
      put: async (item, onlyIf) => {
        if (item.sk === 'STATEMENT') {
          others ??= at.propose('b', { statements: [statement] });
          await others;
        }
        return await at.table.put(item, guarded || item.sk !== 'STATEMENT' ? onlyIf : undefined);
      },
    };
    const outcome = await Promise.allSettled([at.propose('a', { statements: [statement] }, { on })]);
    return outcome.filter(({ status }) => status === 'fulfilled').length + (others === undefined ? 0 : 1);
  }

  test('is one’s alone', async () => {
    expect(await holders(true)).toBe(1);
  });

  test('control: were it not taken on condition of what was read, both would have it', async () => {
    expect(await holders(false)).toBe(2);
  });
});
