import * as z from 'zod';
import { signedPence } from '../costs/pence.ts';
import { vatTreatment } from '../costs/vat.ts';
import { idPattern } from '../ids.ts';
import { period } from './period.ts';

export const postingId = z
  .string()
  .regex(idPattern('pst'), 'This is not the id of a posting')
  .describe('The id of a posting');

/**
 * Why there is a posting: the share posted at the freeze date; what changed it later (a place that came or went, the cost
 * plan, VAT that was settled); the reversal of another posting; or, where that was wrong in part, what stays owed in its place. A
 * code never changes its meaning.
 */
export const postingReasons = [
  'share',
  'places-changed',
  'costs-changed',
  'vat-settled',
  'reversal',
  'adjustment',
] as const;

/** Why a posting is reversed. A code never changes its meaning. */
export const reversalReasons = [
  'wrong-amount',
  'wrong-organisation',
  'wrong-treatment',
  'disputed',
  'agreed',
  'other',
] as const;

/**
 * What one organisation owes another and why: never changed, only reversed. One record is both entries, a claim of the
 * creditor and a debt of the debtor of the same amount, so all balances of all organisations add up to nought.
 */
export const postingSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  gsi1pk: z.string(),
  gsi1sk: z.string(),
  id: postingId,
  creditor: z.string().describe('To whom it is owed: the host'),
  debtor: z.string().describe('Who owes it'),
  cohort: z.string(),
  reason: z.enum(postingReasons),
  /** The id of the event that caused it; of a share, of the freeze; of a reversal, the posting that it reverses; of an adjustment, the one in whose place it stands. */
  cause: z.string(),
  /** The places, by their tickets, that the amount or the difference comes from. */
  tickets: z.array(z.int()),
  net: signedPence,
  vat: signedPence,
  treatment: vatTreatment,
  /** The day (Europe/London) for which it counts; it stays the true one when its own period was closed. */
  effectiveOn: z.iso.date(),
  period,
  /** Of a reversal: which posting. */
  reverses: postingId.optional(),
  /** Of a reversal, and of an adjustment: why. */
  because: z.enum(reversalReasons).optional(),
  /** The instant of its cause. */
  at: z.iso.datetime(),
});
export type Posting = z.infer<typeof postingSchema>;

/** A posting before it has its place in the table. */
export type NewPosting = Omit<Posting, 'pk' | 'sk' | 'gsi1pk' | 'gsi1sk'>;

/** What one organisation owes another for one period, the sum of its postings; written in the transaction of each. */
export const owedSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  creditor: z.string(),
  debtor: z.string(),
  period,
  /** Sums of amounts: exact, and larger than any one of them may be. */
  net: z.int(),
  vat: z.int(),
  /** How many postings that is. */
  postings: z.int(),
});
export type Owed = z.infer<typeof owedSchema>;

/** Up to which period an organisation has closed what it is owed, and each closing. */
export const periodsSchema = z.object({
  pk: z.string(),
  sk: z.literal('PERIODS'),
  through: period,
  closings: z.array(z.object({ period, by: z.string(), at: z.iso.datetime() })).max(60),
  version: z.int(),
});
export type Periods = z.infer<typeof periodsSchema>;
