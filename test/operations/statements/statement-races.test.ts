import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readOwedTo } from '../../../shared/postings/postings-items.ts';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import { answerDispute } from '../../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../../shared/statements/dispute-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { claimForSettlement } from '../../../shared/statements/settle-statement.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { overtakenOn } from '../../support/overtaken.ts';
import { closeThrough, openStatements, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

let hosts = 0;
/** A statement of one line by an organisation that has stated nothing else. */
async function given() {
  const creditor = organisationNamed(`racing ${String((hosts += 1))}`);
  const statement = await at.given({ creditor });
  const { items } = await listStatementLines.perform(at.as(trust), { statement: statement.id });
  const [posting = ''] = items.map(({ id }) => id);
  return { ...statement, posting };
}
type Given = Awaited<ReturnType<typeof given>>;

const overtakenBy = (other: () => Promise<unknown>, isSpoilt = false) => overtakenOn(at.table, other, isSpoilt);
const asOn = (table: Table, organisation: string) => contextOf(table, clock, personOf(organisation, ['finance']));

const agree = async ({ id, hash }: Given, table: Table = at.table) =>
  await agreeStatement.perform(asOn(table, trust), { statement: id, hash });
const dispute = async ({ id, posting }: Given, table: Table = at.table) =>
  await disputeStatement.perform(asOn(table, trust), { statement: id, lines: [{ posting, code: 'wrong-amount' }] });
const uphold = async ({ id, creditor, posting }: Given, table: Table = at.table) =>
  await answerDispute.perform(asOn(table, creditor), {
    statement: id,
    answers: [{ posting, outcome: 'upheld', words: 'It is right' }],
  });
const correct = async ({ id, creditor, posting }: Given, table: Table = at.table) =>
  await answerDispute.perform(asOn(table, creditor), {
    statement: id,
    answers: [{ posting, outcome: 'corrected', words: 'You are right', reversal: { effectiveOn: '2027-09-30' } }],
  });
/** How many reversals were posted in a month. */
const reversalsIn = async ({ creditor }: Given, period: string) =>
  (await readOwedTo(at.table, creditor, period, 10)).reduce((sum, { postings }) => sum + postings, 0);

describe('of two who decide at the same moment', () => {
  test('about agreeing and disputing, the first one counts', async () => {
    const disputedFirst = await given();
    const overtaken = overtakenBy(async () => await dispute(disputedFirst));
    await expect(agree(disputedFirst, overtaken)).rejects.toMatchObject({ code: 'statement.under-dispute' });
    expect(await at.seen(trust, disputedFirst.id)).toMatchObject({ status: 'disputed' });

    const agreedFirst = await given();
    const late = overtakenBy(async () => await agree(agreedFirst));
    await expect(dispute(agreedFirst, late)).rejects.toMatchObject({ code: 'statement.agreed' });
    expect(await at.seen(trust, agreedFirst.id)).toMatchObject({ status: 'agreed', disputes: [] });
  });

  test('control: without the condition what was agreed is disputed all the same', async () => {
    const statement = await given();
    await dispute(
      statement,
      overtakenBy(async () => await agree(statement), true),
    );
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'disputed' });
  });

  test('about an answer, the first one counts, and nothing is reversed by the other', async () => {
    const statement = await given();
    await dispute(statement);
    const overtaken = overtakenBy(async () => await uphold(statement));
    await expect(correct(statement, overtaken)).rejects.toMatchObject({ code: 'statement.not-disputed' });
    expect(await reversalsIn(statement, '2027-10')).toBe(0);
    const { disputes } = await at.seen(trust, statement.id);
    expect(disputes[0]?.lines[0]?.answer).toEqual({ outcome: 'upheld', words: 'It is right' });
  });

  test('control: without the conditions a line that was upheld is reversed', async () => {
    const statement = await given();
    await dispute(statement);
    await correct(
      statement,
      overtakenBy(async () => await uphold(statement), true),
    );
    expect(await reversalsIn(statement, '2027-10')).toBe(1);
  });

  test('a month that is closed meanwhile gets no reversal: it goes into the next', async () => {
    const statement = await given();
    await dispute(statement);
    const closing = async () => {
      await closeThrough(at.table, statement.creditor, '2027-10');
    };
    await correct(statement, overtakenBy(closing));
    expect([await reversalsIn(statement, '2027-10'), await reversalsIn(statement, '2027-11')]).toEqual([0, 1]);
  });

  test('control: without the check of the periods it gets one', async () => {
    const statement = await given();
    await dispute(statement);
    const closing = async () => {
      await closeThrough(at.table, statement.creditor, '2027-10');
    };
    await correct(statement, overtakenBy(closing, true));
    expect(await reversalsIn(statement, '2027-10')).toBe(1);
  });

  test('a settlement that comes second does not have it; control: without the condition it takes it away', async () => {
    const of = (statement: Given, letter: string) => ({
      statement: statement.id,
      settlement: `stl_${letter.repeat(12)}`,
    });
    for (const isSpoilt of [false, true]) {
      const statement = await given();
      await agree(statement);
      const first = async () => await claimForSettlement(at.table, clock, of(statement, 'a'));
      const second = await claimForSettlement(overtakenBy(first, isSpoilt), clock, of(statement, 'b'));
      expect(second).toBe(isSpoilt);
      const { settlement } = await at.seen(trust, statement.id);
      expect(settlement).toBe(of(statement, isSpoilt ? 'b' : 'a').settlement);
    }
  });
});
