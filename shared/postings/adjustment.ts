import * as z from 'zod';
import { signedPence } from '../costs/pence.ts';
import { vatOn } from '../costs/vat.ts';
import { idOfRequest } from '../ids.ts';
import { postingId, type NewPosting, type Posting } from './posting.ts';

/** What is to stay owed of a posting that is taken back, as its creditor says it. */
export const remainingNet = signedPence.describe(
  'What of it stays owed, without VAT, where it is wrong in part: pence (GBP), between nought and the net amount of the posting and neither of them',
);

/** What stays owed of a posting that was taken back because it was wrong in part. */
export const remainsSchema = z.object({
  posting: postingId.describe(
    'The posting by which it is owed: an adjustment, of the same month and day as the reversal',
  ),
  net: signedPence,
  vat: signedPence,
});

/**
 * The posting of what stays owed of one that was wrong in part, beside the reversal that takes back the whole of that: for the same
 * cohort, places and treatment, and of the same day, month, reason and instant as the reversal. VAT is that on `net` at the rate of
 * `firstDay`, the first day of the cohort, as for its shares. Its id follows from that of the posting, so there is one at most.
 */
export function adjustmentOf(
  posting: Posting | NewPosting,
  reversal: NewPosting,
  { net, firstDay }: { readonly net: number; readonly firstDay: string },
): NewPosting {
  const { id, creditor, debtor, cohort, tickets, treatment } = posting;
  const { effectiveOn, period, because, at } = reversal;
  return {
    id: idOfRequest('pst', 'adjustment', id),
    creditor,
    debtor,
    cohort,
    reason: 'adjustment',
    cause: id,
    tickets,
    net,
    vat: vatOn(net, treatment, firstDay),
    treatment,
    effectiveOn,
    period,
    because,
    at,
  };
}

/** The posting in whose place an adjustment stands; undefined for what is none. */
export function inPlaceOf({ reason, cause }: Pick<Posting, 'reason' | 'cause'>): string | undefined {
  return reason === 'adjustment' ? cause : undefined;
}

/** What is wrong with so much staying owed of a posting; undefined when nothing is. */
export function objectionToRemaining(net: number, posting: Pick<Posting, 'net'>): string | undefined {
  const isPart = Math.sign(net) === Math.sign(posting.net) && Math.abs(net) < Math.abs(posting.net);
  return isPart ? undefined : `Not between nought and the ${String(posting.net)} of the posting`;
}
