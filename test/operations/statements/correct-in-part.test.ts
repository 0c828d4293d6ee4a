import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOfRequest } from '../../../shared/ids.ts';
import { readOwedTo } from '../../../shared/postings/postings-items.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { answerDispute } from '../../../shared/statements/answer-dispute.ts';
import { exportStatement } from '../../../shared/statements/export-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { printStatement } from '../../../shared/statements/print-statement.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { corrected, fieldsOf, openDisputes, upheld, type DisputesTable } from '../../support/disputes.ts';
import { closeThrough } from '../../support/statements.ts';

const start = '2027-10-04T09:00:00.000Z';
const clock = movableClock(start);
const trust = organisationNamed('trust');
let at: DisputesTable;

beforeAll(async () => {
  at = await openDisputes(clock);
});
afterAll(async () => {
  await at.close();
});

const day = '2027-09-30';
const standard = { net: 50_000, vat: 10_000, treatment: 'standard' as const };
const reversalOf = (posting: string) => idOfRequest('pst', 'reversal', posting);
const adjustmentOf = (posting: string) => idOfRequest('pst', 'adjustment', posting);

describe('a disputed line that is wrong in part', () => {
  test('is reversed, and what remains is posted beside that; both are told, and the answer says it', async () => {
    const statement = await at.given(3, standard);
    const { creditor, first, second, third } = statement;
    await at.dispute(statement, [first, second, third]);
    await at.told();
    const request = { idempotencyKey: 'answer' };
    const answers = [corrected(first, day, 20_003), corrected(second), upheld(third)];
    const answered = await at.answer(statement, answers, request);
    expect(answered).toMatchObject({ status: 'answered', hash: statement.hash, gross: 180_000 });
    expect(await at.answer(statement, answers, request)).toEqual(answered);
    expect(await at.owedInOctober(creditor)).toEqual({ net: 20_003 - 100_000, vat: 4001 - 20_000, postings: 3 });
    const remains = { posting: adjustmentOf(first), net: 20_003, vat: 4001 };
    const lines = [
      { posting: first, outcome: 'corrected', reversal: reversalOf(first), remains },
      { posting: second, outcome: 'corrected', reversal: reversalOf(second) },
      { posting: third, outcome: 'upheld' },
    ];
    const told = await at.told();
    expect(told.find(({ type }) => type === 'statement.answered')?.data['lines']).toEqual(lines);
    const reversed = told
      .filter(({ type }) => type === 'cost.reversed')
      .map(({ data }) => [data['reverses'], data['remains']]);
    expect(new Map(reversed.map(([of, left]) => [of, left]))).toEqual(
      new Map([
        [first, remains],
        [second, undefined],
      ]),
    );
    const { disputes } = await at.seen(trust, statement.id);
    const words = 'You are right';
    expect(disputes[0]?.lines.map((line) => line.answer)).toEqual([
      { outcome: 'corrected', words, reversal: reversalOf(first), remains },
      { outcome: 'corrected', words, reversal: reversalOf(second) },
      { outcome: 'upheld', words: 'It was attended' },
    ]);
    await at.agree(statement);
  });

  test('stands on the next statement, its page and its sheet, in words that say in whose place', async () => {
    const statement = await at.given(1, standard);
    const { creditor, first } = statement;
    await at.dispute(statement, [first]);
    await at.answer(statement, [corrected(first, day, 20_003)]);
    await closeThrough(at.table, creditor, '2027-10');
    const next = await issueStatement.perform(at.as(creditor), { debtor: trust, period: '2027-10' });
    expect(next).toMatchObject({ kind: 'credit-note', net: 20_003 - 50_000, vat: 4001 - 10_000, lines: 2 });
    const of = { statement: next.id };
    const { items } = await listStatementLines.perform(at.as(trust), of);
    const line = items.find(({ id }) => id === adjustmentOf(first));
    expect(line).toMatchObject({ reason: 'adjustment', cause: first, because: 'disputed', effectiveOn: day });
    const page = (await printStatement.perform(at.as(trust), of)).content;
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain(`What stays owed of a line that was wrong in part In place of line ${first}`);
    expect(text).toContain(`Reversal Of line ${first}`);
    const sheet = (await exportStatement.perform(at.as(trust), of)).content;
    const row = sheet.split(/\r?\n/).find((one) => one.includes(adjustmentOf(first)));
    for (const told of [',adjustment,disputed,,', ',200.03,40.01,240.04,standard,', first]) expect(row).toContain(told);
    await at.agree(next);
  });

  test('leaves a part of it; else nothing is written', async () => {
    const statement = await at.given(2, standard);
    const { creditor, first, second } = statement;
    await at.dispute(statement, [first, second]);
    for (const remains of [0, 50_000, 50_001, -20_000]) {
      const answers = [upheld(first), corrected(second, day, remains)];
      await expect(at.answer(statement, answers)).rejects.toMatchObject(fieldsOf('answers.1.reversal.remains'));
    }
    expect(await at.owedInOctober(creditor)).toBeUndefined();
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'disputed' });
  });

  test('that was reversed before is corrected by that, as it was, and not otherwise', async () => {
    const statement = await at.given(2, standard);
    const { creditor, first, second } = statement;
    const how = { debtor: trust, period: '2027-09', effectiveOn: day, because: 'agreed', remains: 30_000 };
    await reversePosting.perform(at.as(creditor), { posting: first, ...how });
    await reversePosting.perform(at.as(creditor), { posting: second, ...how, remains: undefined });
    await at.dispute(statement, [first, second]);
    for (const [wrong, field] of [
      [[corrected(first), corrected(second)], 'answers.0.reversal.remains'],
      [[corrected(first, day, 20_000), corrected(second)], 'answers.0.reversal.remains'],
      [[corrected(first, day, 30_000), corrected(second, day, 30_000)], 'answers.1.reversal.remains'],
    ] as const) {
      await expect(at.answer(statement, wrong)).rejects.toMatchObject(fieldsOf(field));
    }
    await at.answer(statement, [corrected(first, day, 30_000), { ...corrected(second), reversal: undefined }]);
    const { disputes } = await at.seen(trust, statement.id);
    const remains = { posting: adjustmentOf(first), net: 30_000, vat: 6000 };
    expect(disputes[0]?.lines.map(({ answer }) => [answer?.reversal, answer?.remains])).toEqual([
      [reversalOf(first), remains],
      [reversalOf(second), undefined],
    ]);
    expect(await at.owedInOctober(creditor)).toMatchObject({ postings: 3 });
  });
});

test('of lines that took back the same, and what came in its place, only one is owed again', async () => {
  const { creditor, first } = await at.given(1, standard);
  const how = { debtor: trust, effectiveOn: day, because: 'agreed' };
  const of = { posting: first, period: '2027-09', remains: 30_000 };
  const reversal = await reversePosting.perform(at.as(creditor), { ...how, ...of });
  const adjustment = { posting: adjustmentOf(first), period: '2027-10' };
  const other = await reversePosting.perform(at.as(creditor), { ...how, ...adjustment });
  await closeThrough(at.table, creditor, '2027-10');
  const statement = await issueStatement.perform(at.as(creditor), { debtor: trust, period: '2027-10' });
  await at.dispute(statement, [reversal.id, other.id]);
  const both = [corrected(reversal.id), corrected(other.id)];
  const refused = fieldsOf('answers.0.posting', 'answers.1.posting');
  await expect(at.answer(statement, both)).rejects.toMatchObject(refused);
  await at.answer(statement, [upheld(reversal.id), corrected(other.id)]);
  const [november] = await readOwedTo(at.table, creditor, '2027-11', 10);
  expect(november).toMatchObject({ net: 30_000, vat: 6000, postings: 1 });
});

describe('thirty lines that are wrong in part', () => {
  const given = async () => {
    const statement = await at.given(30, standard);
    await at.dispute(statement, statement.all);
    return statement;
  };
  /** How many writes there are in what is written at last. */
  const counting = (counts: number[]): Table => ({
    ...at.table,
    transact: async (writes) => {
      counts.push(writes.length);
      return await at.table.transact(writes);
    },
  });

  test('are corrected in one transaction', async () => {
    const statement = await given();
    const counts: number[] = [];
    const creditor = contextOf(counting(counts), clock, personOf(statement.creditor, ['finance']));
    const answers = statement.all.map((posting) => corrected(posting, day, 10_001));
    await answerDispute.perform(creditor, { statement: statement.id, answers });
    expect(counts).toEqual([30 * 3 + 1 + 3]);
    const sums = { net: 30 * (10_001 - 50_000), vat: 30 * (2000 - 10_000), postings: 60 };
    expect(await at.owedInOctober(statement.creditor)).toEqual(sums);
  });

  test('for seven open months are as many as there is room for; for eight they are refused', async () => {
    clock.moveTo('2028-05-31T09:00:00.000Z');
    try {
      const statement = await given();
      const days = ['2027-10', '2027-11', '2027-12', '2028-01', '2028-02', '2028-03', '2028-04', '2028-05'];
      const inMonths = (months: number) =>
        statement.all.map((posting, index) => corrected(posting, `${days[index % months] ?? ''}-07`, 10_001));
      await expect(at.answer(statement, inMonths(8))).rejects.toMatchObject(fieldsOf('answers'));
      const counts: number[] = [];
      const creditor = contextOf(counting(counts), clock, personOf(statement.creditor, ['finance']));
      await answerDispute.perform(creditor, { statement: statement.id, answers: inMonths(7) });
      expect(counts).toEqual([100]);
      // Control: one more is what the database itself refuses.
      const writes = Array.from({ length: 101 }, (_, index) => ({ put: { pk: 'TOO-MANY', sk: String(index) } }));
      await expect(at.table.transact(writes)).rejects.toThrow();
      expect(await at.table.transact(writes.slice(1))).toBe(true);
    } finally {
      clock.moveTo(start);
    }
  });
});
