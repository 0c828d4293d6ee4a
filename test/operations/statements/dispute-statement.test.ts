import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOfRequest } from '../../../shared/ids.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { answerDispute } from '../../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../../shared/statements/dispute-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { corrected, fieldsOf, openDisputes, upheld, type DisputesTable } from '../../support/disputes.ts';
import { closeThrough } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const [trust, other] = [organisationNamed('trust'), organisationNamed('other')];
let at: DisputesTable;

beforeAll(async () => {
  at = await openDisputes(clock);
});
afterAll(async () => {
  await at.close();
});

describe('dispute-statement', () => {
  test('is the debtor’s alone, names lines with a reason each, and tells both without words', async () => {
    const statement = await at.given();
    for (const by of [statement.creditor, other]) {
      await expect(at.dispute(statement, [statement.first], {}, by)).rejects.toMatchObject({
        code: 'statement.not-found',
      });
    }
    const request = { idempotencyKey: 'dispute' };
    const disputed = await at.dispute(statement, [statement.first], request);
    expect(disputed).toMatchObject({ status: 'disputed', hash: statement.hash, gross: statement.gross, version: 2 });
    expect(await at.dispute(statement, [statement.first], request)).toEqual(disputed);
    const told = await at.told();
    expect(told).toMatchObject([
      {
        type: 'statement.disputed',
        audience: [statement.creditor, trust],
        data: { round: 1, lines: [{ posting: statement.first, code: 'not-our-place' }] },
      },
    ]);
    expect(JSON.stringify(told)).not.toContain('gave it back');
    const seen = await at.seen(statement.creditor, statement.id);
    expect(seen.disputes).toEqual([
      {
        round: 1,
        disputedAt: '2027-10-04T09:00:00.000Z',
        lines: [{ posting: statement.first, code: 'not-our-place', words: 'We gave it back' }],
      },
    ]);
  });

  test('is refused for what is no line of it, for a line twice, and without a code', async () => {
    const statement = await at.given();
    const foreign = await at.given();
    const of = async (lines: readonly object[]) =>
      await disputeStatement.perform(at.as(trust), { statement: statement.id, lines });
    const code = 'wrong-amount';
    await expect(
      of([
        { posting: statement.first, code },
        { posting: foreign.first, code },
      ]),
    ).rejects.toMatchObject(fieldsOf('lines.1.posting'));
    await expect(
      of([
        { posting: statement.first, code },
        { posting: statement.first, code },
      ]),
    ).rejects.toMatchObject(fieldsOf('lines'));
    await expect(of([{ posting: statement.first, code: 'because' }])).rejects.toMatchObject(fieldsOf('lines.0.code'));
    await expect(of([{ posting: statement.first, code: 'other' }])).rejects.toMatchObject(fieldsOf('lines.0.words'));
    await expect(of([])).rejects.toMatchObject(fieldsOf('lines'));
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'issued', disputes: [] });
  });

  test('stands until it is answered: neither agreed nor disputed once more', async () => {
    const statement = await at.given();
    await at.dispute(statement, [statement.first]);
    await expect(at.agree(statement)).rejects.toMatchObject({ code: 'statement.under-dispute' });
    await expect(at.dispute(statement, [statement.second])).rejects.toMatchObject({ code: 'statement.under-dispute' });
    await at.answer(statement, [upheld(statement.first)]);
    expect(await at.agree(statement)).toMatchObject({ status: 'agreed', hash: statement.hash });
    await expect(at.dispute(statement, [statement.second])).rejects.toMatchObject({ code: 'statement.agreed' });
    await expect(at.answer(statement, [upheld(statement.first)])).rejects.toMatchObject({
      code: 'statement.not-disputed',
    });
  });

  test('comes again after an answer, five times at most', async () => {
    const statement = await at.given();
    for (let round = 1; round <= 5; round += 1) {
      await at.dispute(statement, [statement.first, statement.second]);
      await at.answer(statement, [upheld(statement.second), upheld(statement.first)]);
    }
    await expect(at.dispute(statement, [statement.first])).rejects.toMatchObject({ code: 'statement.rounds-spent' });
    const { disputes } = await at.seen(trust, statement.id);
    expect(disputes.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5]);
    expect(await at.agree(statement)).toMatchObject({ status: 'agreed' });
  });
});

describe('answer-dispute', () => {
  test('corrects by a reversal in the next open period, and leaves the statement as it is', async () => {
    const statement = await at.given(3, { net: 50_000, vat: 10_000, treatment: 'standard' });
    const { creditor, first, second, third } = statement;
    await at.dispute(statement, [first, second, third]);
    await at.told();
    const request = { idempotencyKey: 'answer' };
    const answers = [corrected(first), upheld(second), corrected(third, '2027-10-01')];
    const answeredNow = await at.answer(statement, answers, request);
    expect(answeredNow).toMatchObject({ status: 'answered', hash: statement.hash, gross: 180_000 });
    expect(await at.answer(statement, answers, request)).toEqual(answeredNow);
    expect(await at.owedInOctober(creditor)).toEqual({ net: -100_000, vat: -20_000, postings: 2 });
    const told = await at.told();
    const reversals = [first, third].map((posting) => idOfRequest('pst', 'reversal', posting));
    expect(told.map(({ type }) => type).sort()).toEqual(['cost.reversed', 'cost.reversed', 'statement.answered']);
    const lines = [
      { posting: first, outcome: 'corrected', reversal: reversals[0] },
      { posting: second, outcome: 'upheld' },
      { posting: third, outcome: 'corrected', reversal: reversals[1] },
    ];
    expect(told.find(({ type }) => type === 'statement.answered')).toMatchObject({
      audience: [creditor, trust],
      data: { round: 1, lines },
    });
    expect(JSON.stringify(told)).not.toContain('You are right');
    const { disputes } = await at.seen(trust, statement.id);
    expect(disputes[0]?.lines.map((line) => line.answer)).toEqual([
      { outcome: 'corrected', words: 'You are right', reversal: reversals[0] },
      { outcome: 'upheld', words: 'It was attended' },
      { outcome: 'corrected', words: 'You are right', reversal: reversals[1] },
    ]);
    await at.agree(statement);
    // What was corrected comes off the next statement, for the day that was chosen.
    await closeThrough(at.table, creditor, '2027-10');
    const next = await issueStatement.perform(at.as(creditor), { debtor: trust, period: '2027-10' });
    expect(next).toMatchObject({ kind: 'credit-note', gross: -120_000, lines: 2 });
    const { items } = await listStatementLines.perform(at.as(trust), { statement: next.id });
    expect(new Map(items.map(({ reverses, effectiveOn }) => [reverses, effectiveOn]))).toEqual(
      new Map([
        [first, '2027-09-30'],
        [third, '2027-10-01'],
      ]),
    );
  });

  test('is the creditor’s, of every line once, and says for which day a line is reversed', async () => {
    const statement = await at.given(3);
    const { first, second, third } = statement;
    await expect(at.answer(statement, [upheld(first)])).rejects.toMatchObject({ code: 'statement.not-disputed' });
    await at.dispute(statement, [first, second]);
    for (const by of [trust, other]) {
      await expect(at.answer(statement, [upheld(first)], {}, by)).rejects.toMatchObject({
        code: 'statement.not-found',
      });
    }
    const wrong = [
      [[upheld(first)], ['answers']],
      [[upheld(first), upheld(second), upheld(third)], ['answers.2.posting']],
      [
        [upheld(first), upheld(first)],
        ['answers.1.posting', 'answers'],
      ],
      [[upheld(first), { ...corrected(second), reversal: undefined }], ['answers.1.reversal']],
      [[{ ...upheld(first), reversal: { effectiveOn: '2027-09-30' } }, upheld(second)], ['answers.0.reversal']],
      [[corrected(first, '2027-09-06'), upheld(second)], ['answers.0.reversal.effectiveOn']],
      [[corrected(first, '2027-10-05'), upheld(second)], ['answers.0.reversal.effectiveOn']],
    ] as const;
    for (const [answers, fields] of wrong) {
      await expect(at.answer(statement, answers)).rejects.toMatchObject(fieldsOf(...fields));
    }
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'disputed', version: 2 });
    expect(await at.owedInOctober(statement.creditor)).toBeUndefined();
  });

  test('takes a line that was reversed already for corrected by that, and reverses nothing twice', async () => {
    const statement = await at.given();
    const { creditor, first } = statement;
    const posting = { posting: first, debtor: trust, period: '2027-09', effectiveOn: '2027-09-30' };
    const before = await reversePosting.perform(at.as(creditor), { ...posting, because: 'agreed' });
    await at.dispute(statement, [first]);
    await at.answer(statement, [{ ...corrected(first), reversal: undefined }]);
    const { disputes } = await at.seen(trust, statement.id);
    expect(disputes[0]?.lines[0]?.answer?.reversal).toBe(before.id);
    expect(await at.owedInOctober(creditor)).toMatchObject({ postings: 1 });
  });

  test('takes a line for corrected by the difference of a mended plan, and then reverses nothing', async () => {
    const statement = await at.given(2);
    const { creditor, first, second } = statement;
    await at.dispute(statement, [first, second]);
    await at.told();
    const later = { ...corrected(first), reversal: undefined, by: 'later-posting' };
    const both = { ...corrected(first), by: 'later-posting' };
    await expect(at.answer(statement, [both, upheld(second)])).rejects.toMatchObject(fieldsOf('answers.0.by'));
    const alsoUpheld = { ...upheld(second), by: 'later-posting' };
    await expect(at.answer(statement, [later, alsoUpheld])).rejects.toMatchObject(fieldsOf('answers.1.by'));
    const magic = { ...later, by: 'magic' };
    await expect(at.answer(statement, [magic, upheld(second)])).rejects.toMatchObject(fieldsOf('answers.0.by'));
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'disputed', version: 2 });
    await at.answer(statement, [later, upheld(second)]);
    const { disputes } = await at.seen(trust, statement.id);
    expect(disputes[0]?.lines[0]?.answer).toEqual({
      outcome: 'corrected',
      words: 'You are right',
      by: 'later-posting',
    });
    expect(await at.owedInOctober(creditor)).toBeUndefined();
    expect(await at.told()).toMatchObject([
      {
        type: 'statement.answered',
        data: { lines: [{ posting: first, outcome: 'corrected', by: 'later-posting' }, { posting: second }] },
      },
    ]);
  });

  test('a line that was reversed is corrected by that, and by no later posting too', async () => {
    const statement = await at.given();
    const posting = { posting: statement.first, debtor: trust, period: '2027-09', effectiveOn: '2027-09-30' };
    await reversePosting.perform(at.as(statement.creditor), { ...posting, because: 'agreed' });
    await at.dispute(statement, [statement.first]);
    const later = { ...corrected(statement.first), reversal: undefined, by: 'later-posting' };
    await expect(at.answer(statement, [later])).rejects.toMatchObject(fieldsOf('answers.0.by'));
    await at.answer(statement, [{ ...later, by: undefined }]);
  });

  test('thirty lines are corrected in one transaction', async () => {
    const statement = await at.given(30);
    await at.dispute(statement, statement.all);
    await at.answer(
      statement,
      statement.all.map((posting) => corrected(posting)),
    );
    expect(await at.owedInOctober(statement.creditor)).toEqual({ net: -3_000_000, vat: 0, postings: 30 });
  });

  test('gives up when other changes come first again and again', async () => {
    const statement = await at.given();
    await at.dispute(statement, [statement.first]);
    const busy: Table = { ...at.table, transact: async () => await Promise.resolve(false) };
    const as = (organisation: string) => contextOf(busy, clock, personOf(organisation, ['finance']));
    const answers = { statement: statement.id, answers: [corrected(statement.first)] };
    await expect(answerDispute.perform(as(statement.creditor), answers)).rejects.toMatchObject({
      code: 'request.busy',
    });
    const fresh = await at.given();
    const lines = { statement: fresh.id, lines: [{ posting: fresh.first, code: 'wrong-vat' }] };
    await expect(disputeStatement.perform(as(trust), lines)).rejects.toMatchObject({ code: 'request.busy' });
  });
});
