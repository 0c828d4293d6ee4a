import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findPeriods } from '../postings/cohort-postings.ts';
import { reversalWrites, type WantedReversal } from '../postings/reversal-writes.ts';
import type { TransactionWrite } from '../table/table.ts';
import {
  decideAnswers,
  givenAnswers,
  requireAllAnswered,
  type DecidedAnswer,
  type LineReversal,
} from './decide-answers.ts';
import type { Dispute } from './dispute.ts';
import { disputePut, readDisputes } from './disputes-items.ts';
import { findTold } from '../successions/find-account-holder.ts';
import { findIssuedStatement } from './find-statement.ts';
import { statementAnswer, statementAnswerSchema, statementId, type Statement } from './statement.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 4;
/** The most writes that one transaction takes (TransactWriteItems). */
const mostWrites = 100;

const input = z.strictObject({ statement: statementId, answers: givenAnswers });

/**
 * The creditor answers a dispute, every line of it at once: a line is corrected or it is upheld. It is corrected by a posting
 * that reverses it, for a chosen day in the first open period, and where it is wrong in part by another for what `remains`; or, where the cost plan was mended instead (what it came to, VAT),
 * by the difference that is posted by itself (`by`): never by both, which would correct it twice. The answers and the reversals are
 * written together. A line that was reversed already is corrected by that. The statement itself stays as it is: what is corrected
 * comes off a later one. A repeated request is answered with the statement as it is now.
 *
 * Refusals: `request.invalid` unless each disputed line is answered once, for a day that cannot be, and where it does not say how a
 * line is corrected, or says both, or is for more open months than one transaction has room for; `statement.not-disputed`; `statement.altered`; `request.busy`. Causes statement.answered, and cost.reversed for each reversal.
 */
export const answerDispute = defineOperation({
  name: 'answer-dispute',
  summary: 'Answer the lines of a statement that are disputed: corrected, or upheld',
  kind: 'act',
  input,
  output: statementAnswerSchema,
  example: {
    statement: 'sta_0123456789ab',
    answers: [
      {
        posting: 'pst_0123456789abcdef',
        outcome: 'corrected',
        words: 'You had given it back in time',
        reversal: { effectiveOn: '2027-09-30' },
      },
    ],
  },
  refusals: ['statement.not-disputed', 'statement.altered', 'request.busy'],
  notFound: 'statement.not-found',
  target: findIssuedStatement,
  async run(context, given, found) {
    const { table } = context;
    const request = requestDigest(context, 'answer-dispute', given);
    let statement: Statement | undefined = found;
    for (let attempt = 0; attempt < attempts && statement !== undefined; attempt += 1) {
      const rounds = statement.rounds === 0 ? [] : await readDisputes(table, statement.id);
      // Of any round: a late copy of an earlier answer does not answer what was disputed since.
      if (rounds.some(({ answerRequest }) => answerRequest === request)) return statementAnswer(statement);
      const round = rounds.at(statement.rounds - 1);
      if (round === undefined || statement.status !== 'disputed') throw refusal('statement.not-disputed');
      requireAllAnswered(round, given.answers);
      const next = await answer(
        context,
        { statement, round, request },
        await decideAnswers(context, statement, given.answers),
      );
      if (next !== undefined) return statementAnswer(next);
      statement = await readStatement(table, found.id);
    }
    throw refusal('request.busy');
  },
});

/** Writes the answers and makes the reversals, all or nothing; undefined when another change came first. */
async function answer(
  context: Context,
  at: { readonly statement: Statement; readonly round: Dispute; readonly request: string },
  decided: readonly DecidedAnswer[],
): Promise<Statement | undefined> {
  const { table } = context;
  const { statement, round, request } = at;
  const wanted = decided.flatMap((one) => one.wanted ?? []);
  const told = await findTold(table, statement);
  const made = await reversed(context, statement, wanted, { request, told });
  const answers = decided.map(({ answer: { posting, outcome, words, by }, before }) => {
    const { posting: reversal, remains } = before ?? made.byPosting.get(posting) ?? {};
    const how = by === undefined ? {} : { by };
    const left = remains === undefined ? {} : { remains };
    return { posting, outcome, words, ...(reversal === undefined ? how : { reversal, ...left }) };
  });
  const change = { ...changeNow(context, 'answered'), answered: answers.map(({ words: _words, ...one }) => one) };
  const next: Statement = { ...statement, status: 'answered', told, version: statement.version + 1, change };
  const byPosting = new Map(answers.map(({ posting, ...rest }) => [posting, rest]));
  const lines = round.lines.map((line) => ({ ...line, answer: byPosting.get(line.posting) }));
  const { at: answeredAt } = change;
  const put = disputePut({ ...round, lines, answeredAt, answerRequest: request }, 'answered');
  return (await replaceStatement(table, next, [put, ...made.writes])) ? next : undefined;
}

interface Reversed {
  readonly writes: readonly TransactionWrite[];
  readonly byPosting: ReadonlyMap<string, LineReversal>;
}

/** The writes of the reversals, by which posting each line is reversed, and what stays owed of it. */
async function reversed(
  context: Context,
  { creditor }: Statement,
  wanted: readonly WantedReversal[],
  { request, told }: { readonly request: string; readonly told: readonly string[] },
): Promise<Reversed> {
  if (wanted.length === 0) return { writes: [], byPosting: new Map() };
  const periods = await findPeriods(context.table, creditor);
  const change = { ...changeNow(context, 'reversed'), request };
  const { reversals, writes } = await reversalWrites(context.table, creditor, wanted, { periods, change, told });
  refuseAbove(writes.length);
  return { writes, byPosting: new Map(reversals.map(({ note }) => [note.reverses, note])) };
}

/**
 * Refuses what one transaction has no room for. Thirty lines are sixty writes, ninety when something remains of each; with the
 * periods, the statement and the dispute seven are left for the sums of the months, of which there are usually one or two:
 * what is of a closed month goes into the first open one.
 */
function refuseAbove(writes: number): void {
  const beside = 2;
  if (writes + beside <= mostWrites) return;
  const message = 'These are for too many months at once: choose days of one that is closed, or of fewer open ones';
  throw refusal('request.invalid', undefined, { fields: [{ field: 'answers', message }] });
}
