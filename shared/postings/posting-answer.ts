import * as z from 'zod';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Table } from '../table/table.ts';
import { postingReasons, postingSchema, type Posting } from './posting.ts';
import { reversalSchema, reversalWords, type Reversal } from './reversal.ts';
import { readReversals } from './reversals-items.ts';

const { id, creditor, debtor, cohort, net, vat, treatment, effectiveOn, period, reverses, because, at } =
  postingSchema.shape;

/** A posting as the finance of both its organisations sees it. */
export const postingAnswerSchema = z.object({
  id,
  creditor,
  debtor,
  cohort,
  title: z.string().optional().describe('What the programme of the cohort is called'),
  name: z.string().optional().describe('What tells the cohort from the others of its programme'),
  reason: z
    .enum(postingReasons)
    .describe(
      'Why: the share posted at the freeze date; places, the cost or VAT that were others afterwards; a reversal',
    ),
  cause: z.string().describe('The id of the event that caused it; of a reversal, of the posting that it reverses'),
  tickets: z.array(z.int()).describe('The places, by their tickets, that the amount or the difference comes from'),
  net,
  vat,
  gross: z.int().describe('Net and VAT, in pence (GBP); below nought, a credit'),
  treatment,
  effectiveOn: effectiveOn.describe('The day (Europe/London) for which it counts'),
  period: period.describe('The month into which it was posted: the first that was open, where its own was closed'),
  reverses: reverses.describe('Of a reversal: which posting'),
  because: because.describe('Of a reversal: why'),
  words: reversalWords.optional().describe('Of a reversal: why, in words'),
  reversed: z
    .object({
      posting: id.describe('The posting that is its opposite'),
      period,
      effectiveOn,
      because: reversalSchema.shape.because,
      words: reversalWords.optional(),
    })
    .optional()
    .describe('That it was reversed itself'),
  at: at.describe('The instant of its cause'),
});
export type PostingAnswer = z.infer<typeof postingAnswerSchema>;

/** Postings, at most a hundred, as the finance of both organisations sees them, with what their cohorts are called. */
export async function answerPostings(table: Table, postings: readonly Posting[]): Promise<PostingAnswer[]> {
  const [cohorts, reversals] = await Promise.all([
    findCohorts(
      table,
      postings.map((posting) => posting.cohort),
    ),
    readReversals(table, postings.flatMap(reversible)),
  ]);
  return postings.map((posting) => {
    const { pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...facts } = posting;
    const { title, name } = cohorts.get(posting.cohort) ?? {};
    const { words } = reversals.get(posting.reverses ?? '') ?? {};
    const reversed = reversedBy(reversals.get(posting.id));
    return { ...facts, gross: posting.net + posting.vat, title, name, words, reversed };
  });
}

/** One posting, as `answerPostings` gives it. */
export async function answerPosting(table: Table, posting: Posting): Promise<PostingAnswer> {
  const [answer] = await answerPostings(table, [posting]);
  if (answer === undefined) throw new Error('Nothing was answered for a posting');
  return answer;
}

/** The postings whose reversals an answer tells of: its own, and of a reversal that of what it reverses. */
function reversible({ cohort: of, id: own, reverses: other }: Posting) {
  return [own, ...(other === undefined ? [] : [other])].map((one) => ({ cohort: of, id: one }));
}

function reversedBy(reversal: Reversal | undefined): PostingAnswer['reversed'] {
  if (reversal === undefined) return undefined;
  const { posting, period: month, effectiveOn: day, because: why, words } = reversal;
  return { posting, period: month, effectiveOn: day, because: why, words };
}
