import * as z from 'zod';
import { organisationId } from '../organisations/organisation.ts';
import { pence } from './pence.ts';

/** How many organisations a rule may name: a cohort has at most 150 places, hence at most so many holders. */
export const mostSharers = 150;

const host = z
  .boolean()
  .default(true)
  .describe(
    'Whether the host bears a share like the others, for itself and the places it keeps; if not, it bears none',
  );

/** What each organisation weighs, such as its headcount on a day. */
const weightSchema = z.strictObject({
  organisation: organisationId,
  weight: z.int().min(0).max(10_000_000).describe('Such as a headcount'),
  asOf: z.iso.date().describe('The day of which this was true'),
});

const percentageSchema = z.strictObject({
  organisation: organisationId,
  hundredths: z.int().min(0).max(10_000).describe('Hundredths of a per cent: 2,550 is 25.5 per cent'),
});

/**
 * How the cost of a cohort is shared: evenly among the organisations that have places; by how many places each has; by
 * weights (who is not listed weighs `otherwise`); by percentages, each of which counts while its organisation has places, the
 * host bearing what is left of the whole; or at a fixed price a place, where the host bears what is left, and keeps what is over.
 */
export const sharingRuleSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('evenly'), host }),
  z.strictObject({ by: z.literal('places'), host }),
  z.strictObject({
    by: z.literal('weights'),
    host,
    weights: z.array(weightSchema).min(1).max(mostSharers),
    otherwise: z.int().min(0).max(10_000_000).describe('What an organisation weighs that is not listed'),
  }),
  z.strictObject({
    by: z.literal('percentages'),
    percentages: z
      .array(percentageSchema)
      .min(1)
      .max(mostSharers)
      .describe(
        'Together 100 per cent. That of an organisation counts by the part of a place that it owes for at most, and not while it has none: what is left is the host’s',
      ),
  }),
  z.strictObject({ by: z.literal('fixed-price'), price: pence.describe('Pence (GBP) a place, net of VAT') }),
]);
export type SharingRule = z.infer<typeof sharingRuleSchema>;

const percent = z.int().min(0).max(100);

/**
 * What a place owes that was given back, released or not attended. Days count back from the first day of the cohort as it is
 * when the place ends; a place that is taken afterwards, by another organisation or by the same again, owes nothing.
 */
export const placePolicySchema = z.strictObject({
  freeDaysBefore: z
    .int()
    .min(0)
    .max(730)
    .describe('Given back so many days before the first day or sooner, it owes nothing'),
  partDaysBefore: z
    .int()
    .min(0)
    .max(730)
    .describe('After that and until so many days before, it owes a part; then all'),
  partPercent: percent.describe('That part, in per cent of a place'),
  unattendedPercent: percent.describe('What a place owes of which no session was attended, in per cent'),
});
export type PlacePolicy = z.infer<typeof placePolicySchema>;

/** What is usual: free until four weeks before, half until two weeks before, then all; not attending changes nothing. */
export const usualPolicy: PlacePolicy = {
  freeDaysBefore: 28,
  partDaysBefore: 14,
  partPercent: 50,
  unattendedPercent: 100,
};
