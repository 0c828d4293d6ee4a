import type * as z from 'zod';
import { postingSchema, type Posting } from '../postings/posting.ts';

/**
 * A line of a statement: a posting, in the words in which both organisations see it and of which the statement's hash is made.
 * What a posting gets in addition some day is no part of it, so that the hashes of what was issued before still hold.
 */
export const statementLineSchema = postingSchema.pick({
  id: true,
  creditor: true,
  debtor: true,
  cohort: true,
  reason: true,
  cause: true,
  tickets: true,
  net: true,
  vat: true,
  treatment: true,
  effectiveOn: true,
  period: true,
  reverses: true,
  because: true,
  at: true,
});
export type StatementLine = z.infer<typeof statementLineSchema>;

/** The line that a posting is on a statement. */
export function lineOf(posting: Posting): StatementLine {
  return statementLineSchema.parse(posting);
}
