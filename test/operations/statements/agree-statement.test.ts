import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import { findAgreedStatements, findStatementById } from '../../../shared/statements/find-statements.ts';
import { disputeStatement } from '../../../shared/statements/dispute-statement.ts';
import { getAgeing } from '../../../shared/statements/get-ageing.ts';
import { getStatement } from '../../../shared/statements/get-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { claimForSettlement, markSettled, releaseFromSettlement } from '../../../shared/statements/settle-statement.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { openStatements, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const [host, trust, other] = [organisationNamed('host'), organisationNamed('trust'), organisationNamed('other')];
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

let months = 0;
/** A statement of a month that none is of yet. */
const given = async (facts = {}) => {
  months += 1;
  const period = `20${String(30 + Math.floor(months / 12))}-${String((months % 12) + 1).padStart(2, '0')}`;
  return await at.given({ period, ...facts });
};
const stl = (letter: string) => `stl_${letter.repeat(12)}`;

describe('agree-statement', () => {
  test('is the debtor’s alone, by the hash, and fixes the statement', async () => {
    const statement = await given();
    const of = { statement: statement.id, hash: statement.hash };
    for (const organisation of [host, other]) {
      await expect(agreeStatement.perform(at.as(organisation), of)).rejects.toMatchObject({
        code: 'statement.not-found',
      });
    }
    const another = { ...of, hash: 'f'.repeat(64) };
    await expect(agreeStatement.perform(at.as(trust), another)).rejects.toMatchObject({
      code: 'statement.hash-differs',
    });
    await at.told();
    const agreed = await agreeStatement.perform(at.as(trust), of);
    expect(agreed).toEqual({ ...statement, status: 'agreed', agreedOn: '2027-10-04', version: 2 });
    expect(await at.told()).toMatchObject([{ type: 'statement.agreed', audience: [host, trust] }]);
    // Agreed to once more it stays as it is, and tells nothing.
    clock.moveBy(86_400_000);
    expect(await agreeStatement.perform(at.as(trust), of)).toEqual(agreed);
    await expect(agreeStatement.perform(at.as(trust), another)).rejects.toMatchObject({
      code: 'statement.hash-differs',
    });
    expect(await at.told()).toEqual([]);
    clock.moveBy(-86_400_000);
  });

  test('settles one that comes to nought: nothing of it is to be paid, and it is open no more', async () => {
    const [creditor, debtor] = [organisationNamed('nought host'), organisationNamed('nought trust')];
    const statement = await given({ creditor, debtor, net: 0 });
    await at.told();
    await at.agree(statement);
    const agreed = { status: 'settled', agreedOn: '2027-10-04', settledOn: '2027-10-04', version: 2 };
    expect(await findStatementById(at.table, statement.id)).toMatchObject(agreed);
    expect((await at.told()).map(({ type }) => type)).toEqual(['statement.agreed']);
    expect((await getAgeing.perform(at.as(creditor), {})).owedToUs.counterparties).toEqual([]);
    const claim = { statement: statement.id, settlement: stl('a') };
    expect(await claimForSettlement(at.table, clock, claim)).toBe(false);
    expect(await at.agree(statement)).toMatchObject(agreed);
    const dispute = disputeStatement.perform(at.as(debtor), { ...disputeStatement.example, statement: statement.id });
    await expect(dispute).rejects.toMatchObject({ code: 'statement.agreed' });
  });

  test('is tried again when a change came first, and only so often', async () => {
    const statement = await given();
    let failing = 1;
    const busy: Table = {
      ...at.table,
      put: async (item, onlyIf) => {
        failing -= 1;
        return failing < 0 && (await at.table.put(item, onlyIf));
      },
    };
    const agree = async () =>
      await agreeStatement.perform(contextOf(busy, clock, personOf(trust, ['finance'])), {
        statement: statement.id,
        hash: statement.hash,
      });
    failing = 3;
    await expect(agree()).rejects.toMatchObject({ code: 'request.busy' });
    failing = 2;
    expect(await agree()).toMatchObject({ status: 'agreed', version: 2 });
  });

  test('nobody but the two organisations sees a statement or its lines', async () => {
    const { id } = await given();
    for (const operation of [getStatement, listStatementLines]) {
      await expect(operation.perform(at.as(other), { statement: id })).rejects.toMatchObject({
        code: 'statement.not-found',
      });
    }
    const lead = contextOf(at.table, clock, personOf(host, ['administrator', 'programme-lead']));
    await expect(getStatement.perform(lead, { statement: id })).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});

describe('a statement and its settlement', () => {
  test('only an agreed one is taken, for one settlement, and settled by that', async () => {
    const { table } = at;
    const statement = await given();
    const one = { statement: statement.id, settlement: stl('a') };
    const another = { statement: statement.id, settlement: stl('b') };
    expect(await claimForSettlement(table, clock, one)).toBe(false);
    expect(await markSettled(table, clock, one)).toBe(false);
    await at.agree(statement);
    await at.told();
    expect(await claimForSettlement(table, clock, one)).toBe(true);
    expect(await claimForSettlement(table, clock, one)).toBe(true);
    expect(await claimForSettlement(table, clock, another)).toBe(false);
    expect(await markSettled(table, clock, another)).toBe(false);
    expect(await releaseFromSettlement(table, clock, another)).toBe(false);
    expect(await releaseFromSettlement(table, clock, one)).toBe(true);
    expect(await releaseFromSettlement(table, clock, one)).toBe(true);
    expect(await claimForSettlement(table, clock, another)).toBe(true);
    expect(await at.told()).toEqual([]);
    expect(await markSettled(table, clock, another)).toBe(true);
    expect(await markSettled(table, clock, another)).toBe(true);
    expect(await releaseFromSettlement(table, clock, another)).toBe(false);
    expect(await at.told()).toMatchObject([
      { type: 'statement.settled', audience: [host, trust], data: { settlement: stl('b') } },
    ]);
    expect(await findStatementById(table, statement.id)).toMatchObject({
      ...statement,
      status: 'settled',
      settledOn: '2027-10-04',
      settlement: stl('b'),
      version: 6,
    });
    expect(await claimForSettlement(table, clock, { statement: 'sta_000000000000', settlement: stl('a') })).toBe(false);
  });

  test('of many at the same moment one settlement has it', async () => {
    const statement = await given();
    await at.agree(statement);
    const claims = ['a', 'b', 'c', 'd'].map(
      async (letter) => await claimForSettlement(at.table, clock, { statement: statement.id, settlement: stl(letter) }),
    );
    expect((await Promise.all(claims)).filter((taken) => taken)).toHaveLength(1);
  });

  test('those that wait to be settled are found among members, by period', async () => {
    const [a, b, c] = [organisationNamed('net a'), organisationNamed('net b'), organisationNamed('net c')];
    const of = async (creditor: string, debtor: string, period: string, net = 100) =>
      await at.given({ creditor, debtor, period, net });
    const ab = await of(a, b, '2031-01');
    const ba = await of(b, a, '2031-01', -70);
    const later = await of(a, b, '2031-02');
    const ac = await of(a, c, '2031-01');
    const nought = await of(c, a, '2031-01', 0);
    const open = await of(b, c, '2031-01');
    for (const statement of [ab, ba, later, ac, nought]) await at.agree(statement);
    await at.told();
    const ids = async (members: string[], period?: string) => {
      const { statements, isAll } = await findAgreedStatements(at.table, members, period);
      expect(isAll).toBe(true);
      return statements.map(({ id }) => id);
    };
    expect(await ids([a, b])).toEqual([ab.id, ba.id, later.id].sort());
    expect(await ids([a, b, c], '2031-01')).toEqual([ab.id, ba.id, ac.id].sort());
    expect(await ids([b, c])).toEqual([]);
    await claimForSettlement(at.table, clock, { statement: ab.id, settlement: stl('a') });
    expect(await ids([a, b])).toEqual([ba.id, later.id].sort());
    expect(open.status).toBe('issued');
    // What was agreed just now is among them, before the lists tell so.
    await at.agree(open);
    expect(await ids([b, c])).toEqual([open.id]);
  });
});
