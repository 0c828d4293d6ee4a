import * as z from 'zod';

const amount = {
  net: z.int().describe('Pence (GBP), net of VAT that the host adds'),
  aPlace: z.int().optional().describe('The same a place, to the nearest penny'),
};

const alone = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('stated').describe('By the organisation’s own figure'),
    how: z.string().describe('How it says that was worked out'),
    ...amount,
  }),
  z.object({
    method: z
      .literal('fewest-viable')
      .describe('By the cost of the cohort, had it been run with the fewest viable places'),
    fewestViable: z.int().describe('How many places those are; who has more has run it with its own'),
    ...amount,
  }),
]);

/** What places cost shared, what they would have cost alone and by which method that is told, and what was saved. */
export const savingSchema = z.object({
  places: z.int().describe('Places that are confirmed at this moment; held ones, once somebody is named on them'),
  shared: z.object(amount).describe('What is borne for them'),
  alone: alone.optional().describe('What they would have cost without sharing; absent where there is no figure'),
  saved: z.object(amount).optional().describe('Alone less shared: below nought, sharing cost more'),
});

/** Savings of several cohorts as one. */
export const savingsSumSchema = z.object({
  stated: z.int().describe('How many cohorts are compared with the organisation’s own figure'),
  fewestViable: z.int().describe('How many with the fewest viable places'),
  notCompared: z.int().describe('How many have no figure to compare with: they are not in the sums'),
  places: z.int(),
  shared: z.object(amount),
  alone: z.object(amount),
  saved: z.object(amount),
});
