import * as z from 'zod';
import { written } from './buying-rules.ts';

/** The most that a place may cost alone: half a million pounds. That of a whole cohort is still an amount that can be posted. */
const mostAPlace = 50_000_000;

/** What an organisation's finance states that a place would cost it without sharing. */
export const ownCostDetails = {
  aPlace: z
    .int()
    .min(0)
    .max(mostAPlace)
    .describe('Pence (GBP) that a place like this would cost you without sharing, net of VAT that you recover'),
  how: z.string().trim().min(1).max(300).describe('How that was worked out, for your own people'),
};

/** It is the organisation's own: no other sees it, nor does the host. Once it is withdrawn, it says nothing. */
export const ownCostSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('OWN-COST#'),
  organisation: z.string(),
  cohort: z.string(),
  stated: z.object(ownCostDetails).optional(),
  version: z.int(),
  written,
});
export type OwnCost = z.infer<typeof ownCostSchema>;

export const ownCostAnswerSchema = z.object({
  cohort: z.string(),
  stated: z.object(ownCostDetails).optional().describe('Absent while nothing is stated'),
  version: z.int().describe('To be given as If-Match; 0 while nothing was ever stated'),
});

/** What an organisation states of a cohort, or that it states nothing. */
export function answerOwnCost(cohort: string, ownCost: OwnCost | undefined): z.infer<typeof ownCostAnswerSchema> {
  const { stated, version = 0 } = ownCost ?? {};
  return { cohort, ...(stated === undefined ? {} : { stated }), version };
}
