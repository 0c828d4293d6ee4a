import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { period } from '../postings/period.ts';
import { postingReasons } from '../postings/posting.ts';
import { signedPence } from './pence.ts';
import type { Share } from './share-out.ts';
import { mostSharers } from './sharing-rule.ts';
import { vatTreatment } from './vat.ts';

/** What one organisation bears of a cohort's cost. */
export const shareSchema = z.object({
  organisation: z.string(),
  net: signedPence,
  vat: signedPence.describe('What the host adds to it, by the treatment that its finance chose; none on its own share'),
  treatment: vatTreatment,
  tickets: z.array(z.int()).readonly().describe('The places that it comes from, by their tickets'),
});

/** Those who were posted something and are charged no more are among them, beside all who are, and the host. */
const standingShares = z.array(shareSchema).max(4 * mostSharers);

/**
 * How the cost of a cohort is shared as far as its recorded changes are known. Until the freeze date that is a forecast;
 * from then on it is what was posted. Written by the consumer of events alone.
 */
export const sharesSchema = z.object({
  pk: z.string(),
  sk: z.literal('SHARES'),
  cohort: z.string(),
  host: z.string(),
  status: z.enum(['forecast', 'posted']),
  /** The freeze date as the cohort was planned when this was written (ISO date, Europe/London). */
  freezesOn: z.iso.date(),
  /** What there is to share. */
  shared: signedPence,
  /** Before the freeze date the forecast; from then on what each organisation was posted in all. */
  shares: standingShares,
  /** How many of the recorded changes were before the freeze: what was posted first is what they come to. */
  frozen: z.object({ at: z.iso.datetime(), changes: z.int() }).optional(),
  /** How many recorded changes have been dealt with, and in how many steps postings were made. */
  changes: z.int(),
  steps: z.int(),
  /** Up to which period the host had closed its accounts, from which step on: what is posted anew from the records needs that. */
  closes: z.array(z.object({ through: period, step: z.int() })),
  version: z.int(),
  change: changeSchema,
});
export type Shares = z.infer<typeof sharesSchema>;

/** What the change of a posting step says beside its type: what was posted to whom. */
export const postedChange = changeSchema.extend({
  type: z.literal('posted'),
  posted: z.array(
    z.object({
      organisation: z.string(),
      posting: z.string(),
      net: signedPence,
      vat: signedPence,
      period,
      effectiveOn: z.iso.date(),
      reason: z.enum(postingReasons),
    }),
  ),
});

/**
 * The shares as they stand, the host's always among them. What partners bear is what was foreseen or posted; the host bears what
 * is then left of what is shared (`toShare`), below nought where it keeps something: nobody owes it that, so a change of it
 * alone is neither posted nor noted.
 */
export function sharesWithHost({ host, shares }: Pick<Shares, 'host' | 'shares'>, toShare: number): Share[] {
  const own = shares.find(({ organisation }) => organisation === host) ?? ownShare(host);
  const partners = shares.filter(({ organisation }) => organisation !== host);
  const net = partners.reduce((left, share) => left - share.net, toShare);
  return [...partners, { ...own, net }];
}

function ownShare(host: string): Share {
  return { organisation: host, net: 0, vat: 0, treatment: 'outside-scope', tickets: [] };
}
