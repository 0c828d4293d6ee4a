import * as z from 'zod';
import { signedPence } from '../costs/pence.ts';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { period } from './period.ts';
import { reversalReasons } from './posting.ts';
import type { Reversal } from './reversal.ts';

const data = z.object({
  cohort: z.string().describe('The id of the cohort'),
  host: z.string().describe('The organisation that offers it, to which the posting was owed'),
  organisation: z.string().describe('Who owed it'),
  reverses: z.string().describe('The id of the posting that was reversed'),
  posting: z.string().describe('The id of the posting that is its opposite'),
  net: signedPence.describe('The amount of that, net of VAT: below nought where something was owed'),
  vat: signedPence,
  effectiveOn: z.iso.date().describe('The day (Europe/London) for which the reversal counts'),
  period: period.describe('The month into which it was posted'),
  because: z.enum(reversalReasons).describe('Why'),
  remains: z
    .object({
      posting: z.string().describe('The id of the posting by which it is owed; of the same day and month'),
      net: signedPence.describe('Net of VAT'),
      vat: signedPence,
    })
    .optional()
    .describe('What of it stays owed, where it was wrong in part; absent where it was taken back as a whole'),
});
const example = {
  cohort: 'coh_0123456789ab',
  host: 'org_0123456',
  organisation: 'org_abcdefg',
  reverses: 'pst_0123456789abcdef',
  posting: 'pst_fedcba9876543210',
  net: -291_834,
  vat: 0,
  effectiveOn: '2027-09-30',
  period: '2027-10',
  because: 'disputed' as const,
  remains: { posting: 'pst_13579bdf02468ace', net: 145_917, vat: 0 },
};
const toBoth = 'Told to the two organisations, and to who has succeeded them.';
const readBy = 'list-postings';

const reversed = defineEvent({
  type: 'cost.reversed',
  version: 1,
  summary: `A posting was reversed: what it made owed is owed no more but for what \`remains\`. ${toBoth}`,
  data,
  example,
  readBy,
});
const restated = defineEvent({
  type: 'cost.reversal-restated',
  version: 1,
  summary: `That a posting was reversed, told anew because events were lost. ${toBoth}`,
  data,
  example,
  readBy,
});

export const reversalEvents = [reversed, restated];

/** That a posting was reversed, told once: nothing about it changes afterwards. */
export function eventsOfReversal(before: Reversal | undefined, after: Reversal): readonly Announcement[] {
  return before === undefined ? [reversed.announce(factsOf(after), after.told)] : [];
}

/** That a posting was reversed. */
export function restateReversal(after: Reversal): readonly Announcement[] {
  return [restated.announce(factsOf(after), after.told)];
}

function factsOf({ cohort, creditor, debtor, ...reversal }: Reversal) {
  const { reverses, posting, net, vat, effectiveOn, period: month, because, remains } = reversal;
  return {
    cohort,
    host: creditor,
    organisation: debtor,
    reverses,
    posting,
    net,
    vat,
    effectiveOn,
    period: month,
    because,
    ...(remains === undefined ? {} : { remains }),
  };
}
