import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { acceptNetting } from '../../../shared/settlements/accept-netting.ts';
import { leaveNetting } from '../../../shared/settlements/leave-netting.ts';
import { proposeNetting } from '../../../shared/settlements/propose-netting.ts';
import { readSettlement } from '../../../shared/settlements/settlements-items.ts';
import { readStatement } from '../../../shared/statements/statements-items.ts';
import { acceptSuccession } from '../../../shared/successions/accept-succession.ts';
import { proposeSuccession } from '../../../shared/successions/propose-succession.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { openSettlements, type SettlementsTable } from '../../support/settlements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: SettlementsTable;
let number = 0;

beforeAll(async () => {
  at = await openSettlements(clock, 'abcxyz');
});
afterAll(async () => {
  await at.close();
});
/** Each test has a month of its own, the earlier ones being settled or in no agreement that it speaks of. */
let month = '';
beforeEach(() => {
  number += 1;
  month = `2026-${String(number).padStart(2, '0')}`;
});

const owe = async (debtor: string, creditor: string, pence: number, of = month) =>
  await at.owe(debtor, creditor, pence, of);
const netted = async (letter: string, netting: string, through = month) => {
  await at.relay.relayAll();
  return await at.propose(letter, { netting, through });
};
/** The letters of all organisations that are spoken of. */
const mentionedIn = (what: unknown) =>
  [...new Set(JSON.stringify(what).match(/org_[0-9a-z]{7}/g) ?? [])].map(at.letterOf).sort().join('');
/** Who is spoken of to each where a pays z for x and y, b pays x, and c pays y. */
const knownTo: Readonly<Record<string, string>> = { a: 'axyz', b: 'bxz', c: 'cyz', x: 'abx', y: 'acy', z: 'abcz' };

const payAll = async (settlement: string, payments: readonly { from: string; to: string; number: number }[]) => {
  for (const { from, to, number: payment } of payments) {
    await at.record(at.letterOf(from), settlement, payment);
    await at.confirm(at.letterOf(to), settlement, payment);
  }
};

describe('what members of an agreement owe one another', () => {
  test('is paid past who owes as much as it is owed; each sees its own debts, and what clears them', async () => {
    const netting = await at.net('abc');
    const [first, second] = [await owe('a', 'b', 70_000), await owe('b', 'c', 70_000)];
    const later = await owe('c', 'a', 500, '2026-12');
    await at.told();
    const { id, ...proposed } = await netted('b', netting);
    expect(proposed).toMatchObject({
      kind: 'netted',
      netting,
      through: month,
      status: 'open',
      position: { owes: 70_000, isOwed: 70_000, pays: 0, receives: 0 },
      payments: [],
      plan: { organisations: 3, payments: 1, atLeast: 1 },
    });
    const cleared = { setOff: 0, payments: [{ payment: 1, status: 'owed', pence: 70_000 }], settled: false };
    expect(proposed.debts).toEqual([
      ...[
        { statement: first, from: at.org('a'), to: at.org('b'), pence: 70_000, ...cleared },
        { statement: second, from: at.org('b'), to: at.org('c'), pence: 70_000, ...cleared },
      ].sort((one, other) => (one.statement < other.statement ? -1 : 1)),
    ]);
    // Who pays, and who is paid, see the statement of their own that it clears, and not whose the other is.
    for (const [letter, statement] of [
      ['a', first],
      ['c', second],
    ] as const) {
      const seen = await at.get(letter, id);
      expect(seen.debts.map((debt) => debt.statement)).toEqual([statement]);
      expect(seen.payments).toMatchObject([
        { number: 1, from: at.org('a'), to: at.org('c'), clears: [{ statement, pence: 70_000 }], ofOthers: 1 },
      ]);
    }
    const told = (await at.told()).filter(({ type }) => type === 'settlement.proposed');
    expect(told.map(({ audience, data }) => [audience, data['pays'], data['receives']])).toEqual(
      ['a', 'b', 'c']
        .map((letter): [string[], number, number] => [
          [at.org(letter)],
          letter === 'a' ? 70_000 : 0,
          letter === 'c' ? 70_000 : 0,
        ])
        .sort(([[one = '']], [[other = '']]) => (one < other ? -1 : 1)),
    );
    await expect(at.get('x', id)).rejects.toMatchObject({ code: 'settlement.not-found' });
    await payAll(id, (await at.get('a', id)).payments);
    for (const statement of [first, second]) {
      expect(await at.seen(at.org('b'), statement)).toMatchObject({ status: 'settled', settlement: id });
    }
    expect(await at.get('b', id)).toMatchObject({ status: 'settled' });
    // Of a later month, it waits for the next.
    expect(await at.seen(at.org('a'), later)).toMatchObject({ status: 'agreed' });
  });

  test('may be settled by a member that neither owes nor is owed anything: it sees that, and nothing of the others', async () => {
    const netting = await at.net('xyz');
    await owe('x', 'y', 100);
    const proposed = await netted('z', netting);
    expect(proposed).toMatchObject({ debts: [], payments: [], plan: { organisations: 2, payments: 1 } });
    expect(await at.get('z', proposed.id)).toEqual(proposed);
    expect(mentionedIn(proposed)).toBe('');
  });

  test('in a ring is set off without a payment, and settled at once', async () => {
    const netting = await at.net('abc');
    const ring = [await owe('a', 'b', 5), await owe('b', 'c', 5), await owe('c', 'a', 5)];
    const settlement = await netted('c', netting);
    expect(settlement).toMatchObject({ status: 'settled', payments: [], position: { owes: 5, isOwed: 5, pays: 0 } });
    expect(settlement.debts.every(({ setOff, settled }) => setOff === 5 && settled)).toBe(true);
    for (const statement of ring) {
      const seen = await readStatement(at.table, statement);
      expect(seen).toMatchObject({ status: 'settled', settlement: settlement.id });
    }
  });

  test('between two is paid in one sum; a credit note counts the other way', async () => {
    const netting = await at.net('ab');
    await owe('a', 'b', 1_000);
    await owe('b', 'a', 300);
    await owe('a', 'b', -200, '2025-02');
    const settlement = await netted('a', netting);
    expect(settlement.payments).toMatchObject([{ from: at.org('a'), to: at.org('b'), pence: 500 }]);
    expect(settlement.position).toEqual({ owes: 1_000, isOwed: 500, pays: 500, receives: 0 });
    await payAll(settlement.id, settlement.payments);
    expect(await at.get('b', settlement.id)).toMatchObject({ status: 'settled' });
  });

  test('may be paid by others than those who owe it, where that takes fewer payments: settled once all of those came', async () => {
    const netting = await at.net('abcxyz');
    // Along the debts it takes four payments; three are enough where each pays who is owed as much as it owes.
    const statements = [
      await owe('a', 'x', 3_000),
      await owe('a', 'y', 2_000),
      await owe('b', 'z', 3_000),
      await owe('c', 'z', 2_000),
    ];
    const { id, plan } = await netted('z', netting);
    expect(plan).toEqual({ organisations: 6, payments: 3, atLeast: 3 });
    const seen = await Promise.all(['a', 'b', 'c'].map(async (letter) => await at.get(letter, id)));
    const payments = seen.flatMap((one) => one.payments);
    expect(payments.map(({ from, to, pence }) => [at.letterOf(from), at.letterOf(to), pence])).toEqual([
      ['a', 'z', 5_000],
      ['b', 'x', 3_000],
      ['c', 'y', 2_000],
    ]);
    // Nobody learns whose counterparty the others are: only of those whom it pays, is paid by, owes or is owed by.
    const whole = await readSettlement(at.table, id);
    for (const letter of 'abcxyz') {
      const mentioned = mentionedIn(await at.get(letter, id));
      expect(mentioned).not.toContain('?');
      expect(mentioned).toBe(knownTo[letter]);
    }
    expect(mentionedIn(whole?.debts)).toBe('abcxyz');
    const [toZ, toX, toY] = payments.map((payment) => payment.number);
    expect(payments[1]).toMatchObject({
      clears: [{ statement: statements[2], pence: 3_000, together: [toZ] }],
      ofOthers: 1,
    });
    const [own] = (await at.get('x', id)).debts;
    expect(own).toMatchObject({ statement: statements[0], setOff: 0, settled: false });
    expect(new Set(own?.payments.map(({ payment }) => payment))).toEqual(new Set([toX, toZ]));
    await payAll(id, payments.slice(1));
    expect((await at.get('x', id)).debts).toMatchObject([{ settled: false }]);
    expect((await at.get('y', id)).payments).toMatchObject([{ number: toY, status: 'confirmed' }]);
    await payAll(id, payments.slice(0, 1));
    for (const statement of statements) {
      expect(await readStatement(at.table, statement)).toMatchObject({ status: 'settled' });
    }
  });

  test('is settled under an active agreement alone, by one of its members, when there is something', async () => {
    const members = [at.org('x'), at.org('y')];
    const { id } = await proposeNetting.perform(at.as('x'), { members });
    await owe('x', 'y', 100);
    await expect(netted('x', id)).rejects.toMatchObject({ code: 'netting.not-active' });
    await expect(netted('a', id)).rejects.toMatchObject({ code: 'netting.not-found' });
    await expect(netted('a', 'net_000000000000')).rejects.toMatchObject({ code: 'netting.not-found' });
    await acceptNetting.perform(at.as('y'), { netting: id });
    await expect(netted('y', id, '2025-12')).rejects.toMatchObject({ code: 'settlement.nothing-owed' });
    expect(await netted('y', id)).toMatchObject({ position: { isOwed: 100, receives: 100 } });
    await expect(netted('y', id)).rejects.toMatchObject({ code: 'settlement.nothing-owed' });
    await leaveNetting.perform(at.as('x'), { netting: id });
    await expect(netted('x', id)).rejects.toMatchObject({ code: 'netting.not-found' });
  });
});

describe('after a succession', () => {
  test('the successor settles and pays what its predecessor owed', async () => {
    const netting = await at.net('bc');
    const statement = await owe('b', 'c', 900, '2027-08');
    const before = await at.propose('b', { statements: [await owe('b', 'c', 50, '2027-07')] });
    const as = (letter: string, request = {}) => contextOf(at.table, clock, at.administrator(letter), request);
    await proposeSuccession.perform(as('b'), { successor: at.org('z'), on: '2027-11-01' });
    await acceptSuccession.perform(as('z', { expectedVersion: 1 }), { organisation: at.org('b') });
    for (const instant of ['2027-11-01T00:00:00.000Z', '2027-11-01T00:06:00.000Z']) {
      await at.relay.relayAll();
      clock.moveTo(instant);
      await actOnDeadlines({ table: at.table, epoch: 1, clock }, new Date('2027-12-01T00:00:00Z'));
    }
    await at.relay.relayAll();
    const settlement = await at.propose('z', { netting, through: '2027-08' });
    expect(settlement.payments).toMatchObject([{ from: at.org('z'), to: at.org('c') }]);
    expect(settlement.debts.find((debt) => debt.statement === statement)).toMatchObject({ from: at.org('z') });
    // What was to be paid before the day is the successor's to pay too, and no longer its predecessor's.
    expect(await at.get('z', before.id)).toMatchObject({ position: { owes: 50, pays: 50 } });
    await expect(at.record('b', before.id, 1)).rejects.toMatchObject({ code: 'payment.not-found' });
    await at.relay.relayAll();
    expect(await at.record('z', before.id, 1)).toMatchObject({ from: at.org('b'), status: 'made' });
    const made = (await at.told()).find(({ type }) => type === 'payment.made');
    expect(made?.audience).toEqual([at.org('b'), at.org('c'), at.org('z')]);
    await at.confirm('c', before.id, 1);
    await expect(at.record('b', settlement.id, 1)).rejects.toMatchObject({ code: 'payment.not-found' });
    await payAll(settlement.id, settlement.payments);
    expect(await readStatement(at.table, statement)).toMatchObject({ status: 'settled' });
  });
});

describe('a settlement', () => {
  test('is of a thousand statements at most', async () => {
    const netting = await at.net('xy');
    const given = await readStatement(at.table, await owe('x', 'y', 100));
    await at.relay.relayAll();
    if (given === undefined) throw new Error('There is no statement');
    const [line] = await at.table.query(
      { index: 'gsi1', pk: `UNSETTLED#${at.org('y')}#owed-to-us`, limit: 1, newestFirst: true },
      z.looseObject({ pk: z.string(), sk: z.string(), dueOn: z.string() }),
    );
    if (line === undefined) throw new Error('There is no line');
    const copies = Array.from({ length: 1_000 }, (_, index) => `sta_${String(index).padStart(12, '0')}`);
    for (let start = 0; start < copies.length; start += 50) {
      const writes = copies
        .slice(start, start + 50)
        .flatMap((id) => [
          { put: { ...given, pk: `STATEMENT#${id}`, id } },
          { put: { ...line, sk: `${line.sk}${id}`, statement: id, gsi1sk: `${line.dueOn}#${id}` } },
        ]);
      await at.table.transact(writes);
    }
    await expect(at.propose('x', { netting, through: month })).rejects.toMatchObject({ code: 'settlement.too-large' });
  });
});
