import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { dayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { remainingNet } from './adjustment.ts';
import { considerReversal } from './consider-reversal.ts';
import { period } from './period.ts';
import { answerPosting, postingAnswerSchema } from './posting-answer.ts';
import { postingId, reversalReasons, type Posting } from './posting.ts';
import { findAccountHolder, findTold } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { postingItem, readPeriods, readPosting, stepOf } from './postings-items.ts';
import { reversalWrites } from './reversal-writes.ts';
import { reversalWords } from './reversal.ts';
import { readReversal } from './reversals-items.ts';

const input = z.strictObject({
  posting: postingId,
  debtor: organisationId.describe('Who owes it, as the posting says'),
  period: period.describe('The month into which it was posted, as the posting says'),
  effectiveOn: z.iso
    .date()
    .describe('The day (Europe/London) for which the reversal counts: not to come, and not before that of the posting'),
  remains: remainingNet.optional(),
  because: z.enum(reversalReasons).describe('Why; `other` is said in words'),
  words: reversalWords.optional(),
  predecessor,
});
type Input = z.infer<typeof input>;

/** How often it is tried when the creditor closes a month at the same moment. */
const mostAttempts = 4;

/**
 * Reverses a posting of what the organisation acted for, or one that it has succeeded, is owed: another posting, its exact opposite, is made for a chosen
 * day, in the month of that day or, where that is closed, in the first that is open. A posting is reversed once; its
 * reversal may be reversed in turn, which is the way back from a mistake. Where a posting is wrong in part, `remains` says how much of it
 * stays owed: that is posted in its place, in the same transaction, for the same day and month, with the VAT on it. Such an
 * adjustment may be reversed or adjusted like any other posting. How the cost is shared does not change by that:
 * where the plan is wrong, mend it, and the difference is posted by itself.
 *
 * Refusals: `posting.reversed`; `request.invalid` for a day that cannot be, for what is no part of
 * the posting, and for `other` without words; `request.busy`. Event: `cost.reversed`.
 */
export const reversePosting = defineOperation({
  name: 'reverse-posting',
  summary: 'Take back a posting of what you are owed, by its opposite; or all but what remains owed',
  kind: 'act',
  input,
  output: postingAnswerSchema,
  example: {
    posting: 'pst_0123456789abcdef',
    debtor: 'org_abcdefg',
    period: '2026-12',
    effectiveOn: '2026-12-31',
    because: 'disputed',
    words: 'The place was given back on time.',
  },
  refusals: ['posting.reversed', 'request.busy'],
  notFound: 'posting.not-found',
  async target(context, { posting: id, debtor, period: month, ...given }) {
    const holder = await findAccountHolder(context, given);
    if (holder?.relation !== 'own') return undefined;
    const posting = await readPosting(context.table, { creditor: holder.subject, debtor, period: month, id });
    return posting === undefined ? undefined : { relation: 'own', subject: posting };
  },
  async run(context, given, posting) {
    const { table } = context;
    const request = requestDigest(context, 'reverse-posting', given);
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const there = await readReversal(table, posting);
      if (there !== undefined) {
        if (there.change.request !== request) throw refusal('posting.reversed');
        const { creditor, debtor, period: month, posting: id } = there;
        const made = await readPosting(table, { creditor, debtor, period: month, id });
        if (made === undefined) throw new Error('A reversal has no posting');
        return await answerPosting(table, made);
      }
      const made = await madeBy(context, given, posting, request);
      if (made !== undefined) return await answerPosting(table, made);
    }
    throw refusal('request.busy');
  },
});

/** Makes the reversal; undefined when the posting was reversed, or a month was closed, at the same moment. */
async function madeBy(context: Context, given: Input, posting: Posting, request: string): Promise<Posting | undefined> {
  const { table } = context;
  const whileStand = await requireSense(context, given, posting);
  const [periods, told] = await Promise.all([readPeriods(table, posting.creditor), findTold(table, posting)]);
  const { effectiveOn, because, words, remains } = given;
  const change = { ...changeNow(context, 'reversed'), request };
  const wanted = [{ posting, effectiveOn, because, words, remains, whileStand }];
  const { reversals, writes } = await reversalWrites(table, posting.creditor, wanted, { periods, change, told });
  const [opposite] = reversals.flatMap(({ postings }) => postings);
  const isMade = opposite !== undefined && (await table.transact(writes));
  return isMade ? postingItem(opposite, stepOf(posting)) : undefined;
}

/** Refuses what makes no sense; gives the reversals that have to stand. */
async function requireSense({ table, clock }: Context, given: Input, posting: Posting): Promise<readonly string[]> {
  const { objections: fields, whileStand } = await considerReversal(table, posting, given, dayOf(clock.now()));
  if (given.because === 'other' && given.words === undefined) {
    fields.push({ field: 'words', message: 'Say in words why' });
  }
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  return whileStand;
}
