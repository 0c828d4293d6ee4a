import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idOfRequest } from '../ids.ts';
import { remainsSchema } from './adjustment.ts';
import { openPeriodFor } from './period.ts';
import { postingSchema, type NewPosting, type Posting } from './posting.ts';

const { id, creditor, debtor, cohort, net, vat, treatment, effectiveOn, period } = postingSchema.shape;

/** Why a posting was reversed, in words; free text for the finance of the two organisations alone. */
export const reversalWords = z.string().trim().min(1).max(500).describe('Why, in words, for the other organisation');

/** That a posting was reversed: at most once, by its creditor. Written with the posting that is its opposite. */
export const reversalSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('REVERSAL#'),
  /** The posting that was reversed. */
  reverses: id,
  /** The posting that is its opposite. */
  posting: id,
  cohort,
  creditor,
  debtor,
  net,
  vat,
  treatment,
  effectiveOn,
  period,
  /** What stays owed all the same, where the posting was wrong in part: written in the same transaction. */
  remains: remainsSchema.optional(),
  because: postingSchema.shape.because.unwrap(),
  words: reversalWords.optional(),
  /** The two organisations, and who acted for them, having succeeded them. */
  told: z.array(z.string()),
  version: z.int(),
  change: changeSchema,
});
export type Reversal = z.infer<typeof reversalSchema>;

/** What the creditor decides about a reversal: for which day, and why. */
interface Decided {
  readonly effectiveOn: string;
  readonly because: Reversal['because'];
  readonly at: string;
}

/**
 * The exact opposite of a posting, for another day (ISO date), in the period that is open for that when all up to `through`
 * are closed. Its id follows from that of the posting, so there is one at most. A reversal may be reversed as well: a
 * mistaken one leaves no other way back, and each stands beside what it reverses.
 */
export function reversalOf(posting: Posting | NewPosting, decided: Decided, through: string | undefined): NewPosting {
  const { effectiveOn: day, because, at } = decided;
  return {
    id: idOfRequest('pst', 'reversal', posting.id),
    creditor: posting.creditor,
    debtor: posting.debtor,
    cohort: posting.cohort,
    reason: 'reversal',
    cause: posting.id,
    tickets: posting.tickets,
    net: 0 - posting.net,
    vat: 0 - posting.vat,
    treatment: posting.treatment,
    effectiveOn: day,
    period: openPeriodFor(day, through),
    reverses: posting.id,
    because,
    at,
  };
}
