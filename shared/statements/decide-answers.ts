import * as z from 'zod';
import { dayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { refusal, type FieldError } from '../errors.ts';
import { remainingNet } from '../postings/adjustment.ts';
import { considerReversal } from '../postings/consider-reversal.ts';
import { findReversible, type WantedReversal } from '../postings/reversal-writes.ts';
import type { Reversal } from '../postings/reversal.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { answered, dispute, mostDisputed, type Dispute } from './dispute.ts';
import type { Statement } from './statement.ts';

/** How many lines are read at once. */
const atOnce = 10;

const reversal = z.strictObject({
  effectiveOn: z.iso.date().describe('For which day it counts: not to come, and not before that of the line'),
  remains: remainingNet.optional(),
});

/** The answers to a dispute, as its creditor gives them. */
export const givenAnswers = z
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
  .describe('An answer to each of the lines that are disputed');
type Answer = z.infer<typeof givenAnswers>[number];

/** By which posting a line is reversed, and what stays owed of it. */
export type LineReversal = Pick<Reversal, 'posting' | 'remains'>;

/** What is done about one line: it was reversed before, it is to be reversed, or neither. */
export interface DecidedAnswer {
  readonly answer: Answer;
  readonly before?: LineReversal;
  readonly wanted?: WantedReversal;
}

/** Refuses unless each line that is disputed is answered, once, and none that is not. */
export function requireAllAnswered({ lines }: Dispute, answers: readonly Answer[]): void {
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

/**
 * What is to be done about each line. Refuses with `request.invalid` where a line that is corrected cannot be reversed as it is
 * said, or was reversed otherwise before; with `statement.altered` where one is not there.
 */
export async function decideAnswers(
  context: Context,
  statement: Statement,
  answers: readonly Answer[],
): Promise<DecidedAnswer[]> {
  const decided = await manyAtOnce([...answers.entries()], atOnce, async ([index, given]) => {
    const { objections, ...one } = await decide(context, statement, given);
    const wrong = objections.map(({ field, message }) => ({ field: `answers.${String(index)}.${field}`, message }));
    return { one, wrong };
  });
  const fields = [...decided.flatMap(({ wrong }) => wrong), ...together(decided.map(({ one }) => one))];
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields: fields.slice(0, 20) });
  return decided.map(({ one }) => one);
}

/** What is wrong with lines that are each reversed only while another of them stands. */
function together(decided: readonly DecidedAnswer[]): FieldError[] {
  const reversed = new Set(decided.map(({ wanted }) => wanted?.posting.id));
  const message = 'Another of these lines is of the same: only one of them can be owed again';
  return decided.flatMap(({ wanted }, index) =>
    wanted?.whileStand.some((id) => reversed.has(id)) === true
      ? [{ field: `answers.${String(index)}.posting`, message }]
      : [],
  );
}

type Objected = DecidedAnswer & { readonly objections: readonly FieldError[] };

async function decide({ table, clock }: Context, statement: Statement, answer: Answer): Promise<Objected> {
  const objections = objectionsTo(answer);
  if (objections.length > 0 || answer.outcome === 'upheld') return { answer, objections };
  const found = await findReversible(table, { ...statement, id: answer.posting });
  if (found === undefined) throw refusal('statement.altered');
  const { posting, reversal: before } = found;
  const { reversal: asked, words } = answer;
  if (before !== undefined) return { answer, before, objections: objectionsToDone(answer, before) };
  if (answer.by !== undefined) return { answer, objections };
  if (asked === undefined) {
    const message = 'Say for which day it is reversed, or that a later posting corrects it';
    return { answer, objections: [{ field: 'reversal', message }] };
  }
  const { objections: wrong, whileStand } = await considerReversal(table, posting, asked, dayOf(clock.now()));
  return {
    answer,
    wanted: { posting, ...asked, because: 'disputed', words, whileStand },
    objections: wrong.map(({ field, message }) => ({
      field: field === 'posting' ? field : `reversal.${field}`,
      message,
    })),
  };
}

/** What is wrong with how a line is answered that was reversed before: that corrects it, and leaves of it what it left. */
function objectionsToDone({ reversal: asked, by }: Answer, { remains }: LineReversal): FieldError[] {
  const left = remains === undefined ? 'nothing' : String(remains.net);
  return [
    ...(by === undefined ? [] : [{ field: 'by', message: 'It was reversed: that corrects it' }]),
    ...(asked === undefined || asked.remains === remains?.net
      ? []
      : [{ field: 'reversal.remains', message: `It was reversed already, and of it remains: ${left}` }]),
  ];
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
