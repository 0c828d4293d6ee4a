import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { dayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { refusal, type FieldError } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findPeriods } from '../postings/cohort-postings.ts';
import { findReversible, objectionToDay, reversalWrites, type WantedReversal } from '../postings/reversal-writes.ts';
import type { TransactionWrite } from '../table/table.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { answered, dispute, mostDisputed, type Dispute } from './dispute.ts';
import { disputePut, readDisputes } from './disputes-items.ts';
import { findTold } from '../successions/find-account-holder.ts';
import { findIssuedStatement } from './find-statement.ts';
import { statementAnswer, statementAnswerSchema, statementId, type Statement } from './statement.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 4;
/** How many lines are read at once. */
const atOnce = 10;

const reversal = z.strictObject({
  effectiveOn: z.iso.date().describe('For which day it counts: not to come, and not before that of the line'),
});
const input = z.strictObject({
  statement: statementId,
  answers: z
    .array(
      z.strictObject({
        posting: dispute.posting,
        outcome: answered.outcome,
        words: answered.words,
        reversal: reversal
          .optional()
          .describe('Of a line that is corrected by its reversal, and was not reversed before'),
        by: answered.by,
      }),
    )
    .min(1)
    .max(mostDisputed)
    .describe('An answer to each of the lines that are disputed'),
});
type Input = z.infer<typeof input>;
type Answer = Input['answers'][number];
interface Decided {
  readonly answer: Answer;
  readonly reversal: string | undefined;
  readonly wanted: WantedReversal | undefined;
}

/**
 * The creditor answers a dispute, every line of it at once: a line is corrected or it is upheld. It is corrected by a posting
 * that reverses it, for a chosen day in the first open period; or, where the cost plan was mended instead (what it came to, VAT),
 * by the difference that is posted by itself (`by`): never by both, which would correct it twice. The answers and the reversals are
 * written together. A line that was reversed already is corrected by that. The statement itself stays as it is: what is corrected
 * comes off a later one. A repeated request is answered with the statement as it is now.
 *
 * Refusals: `request.invalid` unless each disputed line is answered once, for a day that cannot be, and where it does not say how a
 * line is corrected, or says both; `statement.not-disputed`; `statement.altered`; `request.busy`. Causes statement.answered, and cost.reversed for each reversal.
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
      requireAll(round, given);
      const next = await answer(context, { statement, round, request }, await decide(context, statement, given));
      if (next !== undefined) return statementAnswer(next);
      statement = await readStatement(table, found.id);
    }
    throw refusal('request.busy');
  },
});

/** Refuses unless each line that is disputed is answered, once, and none that is not. */
function requireAll({ lines }: Dispute, { answers }: Input): void {
  const disputed = new Set(lines.map(({ posting }) => posting));
  const wrong = answers.flatMap(({ posting }, index): FieldError[] =>
    disputed.delete(posting)
      ? []
      : [{ field: `answers.${String(index)}.posting`, message: 'This line is not disputed, or stands here twice' }],
  );
  const left = [...disputed].slice(0, 20).join(', ');
  if (left !== '') wrong.push({ field: 'answers', message: `Answer these too: ${left}` });
  if (wrong.length > 0) throw refusal('request.invalid', undefined, { fields: wrong.slice(0, 20) });
}

/** What is to be done about each line. Refuses where a line that is corrected cannot be reversed as it is said. */
async function decide(context: Context, statement: Statement, { answers }: Input): Promise<Decided[]> {
  const today = dayOf(context.clock.now());
  const wrong: FieldError[] = [];
  const decided = await manyAtOnce([...answers.entries()], atOnce, async ([index, given]): Promise<Decided> => {
    const line = `answers.${String(index)}`;
    const { posting: id, reversal: asked, words } = given;
    const plain = { answer: given, reversal: undefined, wanted: undefined };
    const objections = objectionsTo(given);
    wrong.push(...objections.map(({ field, message }) => ({ field: `${line}.${field}`, message })));
    if (objections.length > 0 || given.outcome === 'upheld') return plain;
    const found = await findReversible(context.table, { ...statement, id });
    if (found === undefined) throw refusal('statement.altered');
    if (found.reversedBy !== undefined) {
      if (given.by !== undefined) wrong.push({ field: `${line}.by`, message: 'It was reversed: that corrects it' });
      return { ...plain, reversal: found.reversedBy };
    }
    if (given.by !== undefined) return plain;
    if (asked === undefined) {
      wrong.push({
        field: `${line}.reversal`,
        message: 'Say for which day it is reversed, or that a later posting corrects it',
      });
      return plain;
    }
    const { effectiveOn } = asked;
    const objection = objectionToDay(effectiveOn, found.posting, today);
    if (objection !== undefined) wrong.push({ field: `${line}.reversal.effectiveOn`, message: objection });
    return {
      answer: given,
      reversal: undefined,
      wanted: { posting: found.posting, effectiveOn, because: 'disputed', words },
    };
  });
  if (wrong.length > 0) throw refusal('request.invalid', undefined, { fields: wrong.slice(0, 20) });
  return decided;
}

/** What is wrong with how one line is answered, whatever line it is. */
function objectionsTo({ outcome, reversal: asked, by }: Answer): FieldError[] {
  if (outcome === 'corrected') {
    const isBoth = asked !== undefined && by !== undefined;
    return isBoth
      ? [{ field: 'by', message: 'It is reversed or a later posting corrects it: both would do it twice' }]
      : [];
  }
  return [
    ...(asked === undefined ? [] : [{ field: 'reversal', message: 'What is upheld is not reversed' }]),
    ...(by === undefined ? [] : [{ field: 'by', message: 'What is upheld is not corrected' }]),
  ];
}

/** Writes the answers and makes the reversals, all or nothing; undefined when another change came first. */
async function answer(
  context: Context,
  at: { readonly statement: Statement; readonly round: Dispute; readonly request: string },
  decided: readonly Decided[],
): Promise<Statement | undefined> {
  const { table } = context;
  const { statement, round, request } = at;
  const wanted = decided.flatMap((one) => one.wanted ?? []);
  const told = await findTold(table, statement);
  const made = await reversed(context, statement, wanted, { request, told });
  const answers = decided.map(({ answer: { posting, outcome, words, by }, reversal: before }) => {
    const reversedBy = before ?? made.byPosting.get(posting);
    const how = by === undefined ? {} : { by };
    return { posting, outcome, words, ...(reversedBy === undefined ? how : { reversal: reversedBy }) };
  });
  const change = { ...changeNow(context, 'answered'), answered: answers.map(({ words: _words, ...one }) => one) };
  const next: Statement = { ...statement, status: 'answered', told, version: statement.version + 1, change };
  const byPosting = new Map(answers.map(({ posting, ...rest }) => [posting, rest]));
  const lines = round.lines.map((line) => ({ ...line, answer: byPosting.get(line.posting) }));
  const { at: answeredAt } = change;
  const put = disputePut({ ...round, lines, answeredAt, answerRequest: request }, 'answered');
  return (await replaceStatement(table, next, [put, ...made.writes])) ? next : undefined;
}

/** The writes of the reversals, and by which posting each line is reversed. */
async function reversed(
  context: Context,
  { creditor }: Statement,
  wanted: readonly WantedReversal[],
  { request, told }: { readonly request: string; readonly told: readonly string[] },
): Promise<{ readonly writes: readonly TransactionWrite[]; readonly byPosting: ReadonlyMap<string, string> }> {
  if (wanted.length === 0) return { writes: [], byPosting: new Map() };
  const periods = await findPeriods(context.table, creditor);
  const change = { ...changeNow(context, 'reversed'), request };
  const { reversals, writes } = reversalWrites(creditor, wanted, { periods, change, told });
  return { writes, byPosting: new Map(reversals.map(({ id, reverses }) => [reverses ?? '', id])) };
}
