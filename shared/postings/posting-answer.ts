import * as z from 'zod';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Table } from '../table/table.ts';
import { inPlaceOf, remainsSchema } from './adjustment.ts';
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
      'Why: the share posted at the freeze date; places, the cost or VAT that were others afterwards; a reversal; an adjustment: what stays owed of a posting that was wrong in part',
    ),
  cause: z
    .string()
    .describe(
      'The id of the event that caused it; of a reversal, of the posting that it reverses; of an adjustment, of the one in whose place it stands',
    ),
  tickets: z.array(z.int()).describe('The places, by their tickets, that the amount or the difference comes from'),
  net,
  vat,
  gross: z.int().describe('Net and VAT, in pence (GBP); below nought, a credit'),
  treatment,
  effectiveOn: effectiveOn.describe('The day (Europe/London) for which it counts'),
  period: period.describe('The month into which it was posted: the first that was open, where its own was closed'),
  reverses: reverses.describe('Of a reversal: which posting'),
  remains: remainsSchema
    .optional()
    .describe('Of a reversal: what stays owed all the same of what it reverses, which was wrong in part'),
  because: because.describe('Of a reversal, and of an adjustment: why'),
  words: reversalWords.optional().describe('Of a reversal, and of an adjustment: why, in words'),
  reversed: z
    .object({
      posting: id.describe('The posting that is its opposite'),
      period,
      effectiveOn,
      remains: remainsSchema.optional().describe('What of it stays owed; absent where nothing does'),
      because: reversalSchema.shape.because,
      words: reversalWords.optional(),
    })
    .optional()
    .describe('That it was reversed itself'),
  at: at.describe('The instant of its cause'),
});
export type PostingAnswer = z.infer<typeof postingAnswerSchema>;

/**
 * Postings, at most a hundred, as the finance of both organisations sees them, with what their cohorts are called. A reversal of
 * the last second may be missing, unless they are asked for as they are at this moment.
 */
export async function answerPostings(
  table: Table,
  postings: readonly Posting[],
  options: { readonly consistent?: boolean } = {},
): Promise<PostingAnswer[]> {
  const [cohorts, reversals] = await Promise.all([
    findCohorts(
      table,
      postings.map((posting) => posting.cohort),
    ),
    readReversals(table, postings.flatMap(reversible), options),
  ]);
  return postings.map((posting) => {
    const { pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...facts } = posting;
    const { title, name } = cohorts.get(posting.cohort) ?? {};
    const { words, remains } = reversals.get(behind(posting) ?? '') ?? {};
    const left = posting.reason === 'reversal' ? remains : undefined;
    const reversed = reversedBy(reversals.get(posting.id));
    return { ...facts, gross: posting.net + posting.vat, title, name, remains: left, words, reversed };
  });
}

/** One posting, as `answerPostings` gives it at this moment. */
export async function answerPosting(table: Table, posting: Posting): Promise<PostingAnswer> {
  const [answer] = await answerPostings(table, [posting], { consistent: true });
  if (answer === undefined) throw new Error('Nothing was answered for a posting');
  return answer;
}

/** The postings whose reversals an answer tells of: its own, and that of what it reverses or stands in for. */
function reversible(posting: Posting) {
  const other = behind(posting);
  return [posting.id, ...(other === undefined ? [] : [other])].map((one) => ({ cohort: posting.cohort, id: one }));
}

function behind(posting: Posting): string | undefined {
  return posting.reverses ?? inPlaceOf(posting);
}

function reversedBy(reversal: Reversal | undefined): PostingAnswer['reversed'] {
  if (reversal === undefined) return undefined;
  const { posting, period: month, effectiveOn: day, remains, because: why, words } = reversal;
  return { posting, period: month, effectiveOn: day, remains, because: why, words };
}
