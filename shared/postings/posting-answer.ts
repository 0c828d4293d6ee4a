import * as z from 'zod';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { signedPence } from '../costs/pence.ts';
import type { Table } from '../table/table.ts';
import { postingReasons, postingSchema, type Posting } from './posting.ts';

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
  gross: signedPence.describe('Net and VAT'),
  treatment,
  effectiveOn: effectiveOn.describe('The day (Europe/London) for which it counts'),
  period: period.describe('The month into which it was posted: the first that was open, where its own was closed'),
  reverses,
  because,
  at: at.describe('The instant of its cause'),
});
export type PostingAnswer = z.infer<typeof postingAnswerSchema>;

/** Postings, at most a hundred, as the finance of both organisations sees them, with what their cohorts are called. */
export async function answerPostings(table: Table, postings: readonly Posting[]): Promise<PostingAnswer[]> {
  const cohorts = await findCohorts(
    table,
    postings.map((posting) => posting.cohort),
  );
  return postings.map((posting) => {
    const { pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...facts } = posting;
    const { title, name } = cohorts.get(posting.cohort) ?? {};
    return { ...facts, gross: posting.net + posting.vat, title, name };
  });
}
