import * as z from 'zod';
import { remainsSchema } from '../postings/adjustment.ts';
import { postingId } from '../postings/posting.ts';

/** The most lines of a statement that may be disputed at once: all of them can be corrected in one transaction, also in part. */
export const mostDisputed = 30;

/** Why a line is disputed. A code never changes its meaning. */
const disputeCodes = [
  'not-our-place',
  'wrong-amount',
  'wrong-vat',
  'wrong-period',
  'already-paid',
  'no-purchase-order',
  'other',
] as const;

/**
 * What becomes of a disputed line: it is corrected, by a posting that reverses it (and another for what remains of it) or, once its cause is mended in the cost
 * plan, by the difference that is then posted by itself; or it is upheld.
 */
const disputeOutcomes = ['corrected', 'upheld'] as const;

/** How a line is corrected that is not reversed. */
const correctedBy = z
  .literal('later-posting')
  .describe('The cost plan was mended: the difference is posted by itself, or has been, and nothing is reversed');

const words = z.string().trim().min(1).max(300).describe('In words, for the two organisations alone');

/** One line as it is disputed. */
export const dispute = {
  posting: postingId.describe('The line, by the id of its posting'),
  code: z.enum(disputeCodes).describe('Why it is disputed'),
  words: words.optional(),
};

/** One line as its dispute is answered. */
export const answered = {
  outcome: z.enum(disputeOutcomes),
  words,
  reversal: postingId.optional().describe('The posting that reverses the line'),
  remains: remainsSchema.optional().describe('What stays owed of the line all the same, where it was wrong in part'),
  by: correctedBy.optional(),
};

/** A round of a dispute: the lines that the debtor disputes and, once the creditor has answered, what became of each. */
export const disputeSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  statement: z.string(),
  round: z.int(),
  disputedAt: z.iso.datetime(),
  lines: z.array(z.object({ ...dispute, answer: z.object(answered).optional() })).max(mostDisputed),
  answeredAt: z.iso.datetime().optional(),
  /** The digests of the requests that disputed and that answered. */
  request: z.string(),
  answerRequest: z.string().optional(),
});
export type Dispute = z.infer<typeof disputeSchema>;

/** A round of a dispute as both organisations see it. */
export const disputeAnswerSchema = disputeSchema.pick({
  round: true,
  disputedAt: true,
  lines: true,
  answeredAt: true,
});

/** What both organisations see of a round. */
export function disputeAnswer(round: Dispute) {
  return disputeAnswerSchema.parse(round);
}
