import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { confirmPayment } from '../../../shared/settlements/confirm-payment.ts';
import { getSettlement } from '../../../shared/settlements/get-settlement.ts';
import { listSettlements } from '../../../shared/settlements/list-settlements.ts';
import { recordPayment } from '../../../shared/settlements/record-payment.ts';
import { restatePayment, restateSettlement } from '../../../shared/settlements/settlements-events.ts';
import { readPayments, readSettlement } from '../../../shared/settlements/settlements-items.ts';
import { movableClock } from '../../support/context.ts';
import { openSettlements, type SettlementsTable } from '../../support/settlements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: SettlementsTable;
beforeAll(async () => {
  at = await openSettlements(clock, 'abcd');
});
afterAll(async () => {
  await at.close();
});

/** Months in which nothing was owed yet, one after the other. */
let month = 0;
const another = () => {
  month += 1;
  return `20${String(20 + Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`;
};
const ofSettlements = ({ type }: { readonly type: string }) => /^(settlement|payment|statement\.settled)/.test(type);
const told = async () =>
  (await at.told())
    .filter(ofSettlements)
    .map(({ type, audience, data }) => {
      const letters = audience === 'all' ? ['all'] : audience.map(at.letterOf).sort();
      const amounts = [data['pence'], data['pays'], data['receives']].filter((amount) => typeof amount === 'number');
      return [type, letters.join(''), ...amounts.map(String)].join(' ');
    })
    .sort();

describe('a settlement of one’s own statements', () => {
  test('pays each by itself, a credit note the other way; each side learns of its own, and what is confirmed is settled', async () => {
    const bill = await at.owe('a', 'b', 70_000, another());
    const credit = await at.owe('a', 'c', -2_500, another());
    await at.told();
    const proposed = await at.propose('a', { statements: [bill, credit] }, { request: { idempotencyKey: 's1' } });
    const [toB, fromC] = [bill < credit ? 1 : 2, bill < credit ? 2 : 1];
    expect(proposed).toMatchObject({ kind: 'gross', proposedOn: '2027-10-04', status: 'open' });
    expect(proposed.position).toEqual({ owes: 70_000, isOwed: 2_500, pays: 70_000, receives: 2_500 });
    expect(proposed.plan).toEqual({ organisations: 3, payments: 2, atLeast: 2 });
    expect(proposed.payments.find(({ number }) => number === toB)).toEqual({
      number: toB,
      from: at.org('a'),
      to: at.org('b'),
      pence: 70_000,
      status: 'owed',
      clears: [{ statement: bill, pence: 70_000 }],
      ofOthers: 0,
    });
    expect(await at.propose('a', { statements: [bill, credit] }, { request: { idempotencyKey: 's1' } })).toEqual(
      proposed,
    );
    expect(await told()).toEqual([
      'settlement.proposed a 70000 2500',
      'settlement.proposed b 0 70000',
      'settlement.proposed c 2500 0',
    ]);
    // Nobody sees what is between the others.
    const seen = await at.get('b', proposed.id);
    expect(seen.debts).toMatchObject([{ statement: bill, setOff: 0, settled: false }]);
    expect(seen.payments.map(({ number }) => number)).toEqual([toB]);
    const strange = getSettlement.perform(at.as('d'), { settlement: proposed.id });
    await expect(strange).rejects.toMatchObject({ code: 'settlement.not-found' });

    expect(await at.record('a', proposed.id, toB)).toMatchObject({
      status: 'made',
      madeOn: '2027-10-04',
      reference: 'BACS 1',
    });
    expect(await at.confirm('b', proposed.id, toB)).toMatchObject({ status: 'confirmed', confirmedOn: '2027-10-04' });
    expect(await at.seen(at.org('a'), bill)).toMatchObject({ status: 'settled', settlement: proposed.id });
    // What is not paid stays owed.
    expect(await at.seen(at.org('a'), credit)).toMatchObject({ status: 'agreed' });
    expect(await at.get('a', proposed.id)).toMatchObject({ status: 'open' });
    await at.record('c', proposed.id, fromC);
    await at.confirm('a', proposed.id, fromC);
    expect(await at.get('c', proposed.id)).toMatchObject({ status: 'settled', debts: [{ settled: true }] });
    expect(await told()).toEqual([
      'payment.confirmed ab 70000',
      'payment.confirmed ac 2500',
      'payment.made ab 70000',
      'payment.made ac 2500',
      'settlement.settled abc',
      'statement.settled ab',
      'statement.settled ac',
    ]);
  });

  test('is listed for each of its organisations', async () => {
    const statement = await at.owe('d', 'c', 100, another());
    const { id } = await at.propose('d', { statements: [statement] });
    await at.relay.relayAll();
    const line = { id, kind: 'gross', proposedOn: '2027-10-04', pays: 100, receives: 0, status: 'open' };
    expect((await listSettlements.perform(at.as('d'), {})).items).toEqual([line]);
    const { items } = await listSettlements.perform(at.as('c'), { status: 'open' });
    expect(items).toEqual([{ ...line, pays: 0, receives: 100 }]);
    expect((await listSettlements.perform(at.as('d'), { status: 'settled' })).items).toEqual([]);
    const wrongCursor = listSettlements.perform(at.as('d'), { after: 'x' });
    await expect(wrongCursor).rejects.toMatchObject({ code: 'request.invalid' });
  });

  test('is of agreed statements of one’s own that are in no other, and of either those or an agreement', async () => {
    const propose = async (statements: readonly string[]) => await at.propose('a', { statements });
    const issued = await at.issued('a', 'b', 100, another());
    await expect(propose([issued.id])).rejects.toMatchObject({ code: 'settlement.not-agreed' });
    const nought = await at.owe('a', 'b', 0, another());
    await expect(propose([nought])).rejects.toMatchObject({ code: 'settlement.nothing-owed' });
    const ofOthers = await at.owe('b', 'c', 100, another());
    await expect(propose([ofOthers])).rejects.toMatchObject({ code: 'statement.not-found' });
    await expect(propose(['sta_000000000000'])).rejects.toMatchObject({ code: 'statement.not-found' });
    const own = await at.owe('a', 'b', 100, another());
    await at.propose('b', { statements: [own] }, { request: { idempotencyKey: 's2' } });
    const taken = { code: 'settlement.taken', details: { facts: { statement: own } } };
    await expect(propose([own])).rejects.toMatchObject(taken);
    const reused = at.propose('b', { statements: [issued.id] }, { request: { idempotencyKey: 's2' } });
    await expect(reused).rejects.toMatchObject({ code: 'request.key-reused' });
    const both = { statements: [own], netting: 'net_0123456789ab', through: '2027-09' };
    for (const wrong of [{}, both, { netting: 'net_0123456789ab' }, { statements: [own], through: '2027-09' }]) {
      await expect(at.propose('a', wrong)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('of those who propose the same statement at the same moment, one has it', async () => {
    const statement = await at.owe('a', 'b', 100, another());
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'a', 'b'].map(async (letter) => await at.propose(letter, { statements: [statement] })),
    );
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []));
    expect(made).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^settlement\.(overtaken|taken)$/) });
    }
    expect(await at.seen(at.org('a'), statement)).toMatchObject({ settlement: made[0] });
  });
});

describe('a payment', () => {
  const given = async () => {
    const { id } = await at.propose('a', { statements: [await at.owe('a', 'b', 100, another())] });
    return id;
  };

  test('is noted by who pays, corrected until it is confirmed, and confirmed by who is paid', async () => {
    const id = await given();
    await expect(at.record('b', id, 1)).rejects.toMatchObject({ code: 'payment.not-payer' });
    await expect(at.confirm('a', id, 1)).rejects.toMatchObject({ code: 'payment.not-payee' });
    await expect(at.confirm('b', id, 1)).rejects.toMatchObject({ code: 'payment.not-made' });
    await expect(at.record('a', id, 1, { on: '2027-10-05' })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(at.record('a', id, 1, { reference: 'Dr Example <' })).rejects.toMatchObject({
      code: 'request.invalid',
    });
    await at.record('a', id, 1, { on: '2027-10-01' });
    expect(await at.record('a', id, 1, { on: '2027-10-02', reference: 'BACS 2' })).toMatchObject({
      madeOn: '2027-10-02',
      reference: 'BACS 2',
    });
    await at.confirm('b', id, 1);
    expect(await at.confirm('b', id, 1)).toMatchObject({ status: 'confirmed' });
    const again = at.record('a', id, 1, { on: '2027-10-02', reference: 'BACS 2' });
    expect(await again).toMatchObject({ status: 'confirmed' });
    await expect(at.record('a', id, 1)).rejects.toMatchObject({ code: 'payment.already-confirmed' });
    const events = (await at.told()).filter(({ type }) => type.startsWith('payment.'));
    expect(events.map(({ type, data }) => [type, data['on']])).toEqual([
      ['payment.made', '2027-10-01'],
      ['payment.made', '2027-10-02'],
      ['payment.confirmed', '2027-10-04'],
    ]);
    // Neither the reference nor a person is told.
    for (const { data } of events) {
      expect(Object.keys(data).sort()).toEqual(['from', 'on', 'payment', 'pence', 'settlement', 'to']);
    }
  });

  test('that who pays has not noted is confirmed all the same, with the day on which it arrived', async () => {
    const id = await given();
    await at.told();
    await expect(at.arrived('b', id, 1, '2027-10-05')).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(at.arrived('a', id, 1, '2027-10-01')).rejects.toMatchObject({ code: 'payment.not-payee' });
    const confirmed = await at.arrived('b', id, 1, '2027-10-01');
    expect(confirmed).toMatchObject({ status: 'confirmed', arrivedOn: '2027-10-01', confirmedOn: '2027-10-04' });
    expect(confirmed.madeOn).toBeUndefined();
    expect(await at.get('a', id)).toMatchObject({ status: 'settled', debts: [{ settled: true }] });
    await expect(at.record('a', id, 1)).rejects.toMatchObject({ code: 'payment.already-confirmed' });
    // The day of the first confirmation stays.
    expect(await at.arrived('b', id, 1, '2027-10-02')).toEqual(confirmed);
    const arrived = (await at.told()).find(({ type }) => type.startsWith('payment.'));
    expect(arrived).toMatchObject({ type: 'payment.confirmed', data: { on: '2027-10-04', arrivedOn: '2027-10-01' } });
  });

  test('is there for nobody else', async () => {
    const id = await given();
    const notFound = { code: 'payment.not-found' };
    const record = recordPayment.perform(at.as('c'), { ...recordPayment.example, settlement: id });
    await expect(record).rejects.toMatchObject(notFound);
    const confirm = confirmPayment.perform(at.as('c'), { ...confirmPayment.example, settlement: id });
    await expect(confirm).rejects.toMatchObject(notFound);
    await expect(at.record('a', id, 2)).rejects.toMatchObject(notFound);
  });

  test('and its settlement are told anew, each organisation its own part', async () => {
    const id = await given();
    await at.record('a', id, 1);
    const settlement = await readSettlement(at.table, id);
    const [payment] = await readPayments(at.table, id);
    if (settlement === undefined || payment === undefined) throw new Error('There is no settlement');
    const parts = restateSettlement(settlement);
    expect(parts.map(({ type, audience }) => [type, audience])).toEqual(
      [at.org('a'), at.org('b')].sort().map((organisation) => ['settlement.restated', [organisation]]),
    );
    expect(parts.every(({ data }) => data['status'] === 'open')).toBe(true);
    expect(restatePayment(payment)).toMatchObject([{ type: 'payment.restated', data: { status: 'made', pence: 100 } }]);
    expect(restatePayment({ ...payment, status: 'owed' })).toEqual([]);
    for (const status of ['preparing', 'abandoned'] as const) {
      expect(restateSettlement({ ...settlement, status })).toEqual([]);
    }
  });
});
