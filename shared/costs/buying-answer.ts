import * as z from 'zod';
import { buyingRuleDetails, type Approval, type BuyingRules } from './buying-rules.ts';
import { pence } from './pence.ts';

const version = z.int().describe('To be given as If-Match; 0 while nothing was set');

export const buyingRulesAnswerSchema = z.object({ ...buyingRuleDetails, version });

/** The rules of the own organisation; of one that has set none, that there is none. */
export function answerBuyingRules(rules: BuyingRules | undefined): z.infer<typeof buyingRulesAnswerSchema> {
  const { purchaseOrderFrom, approvalFrom, version: seen = 0 } = rules ?? {};
  return {
    ...(purchaseOrderFrom === undefined ? {} : { purchaseOrderFrom }),
    ...(approvalFrom === undefined ? {} : { approvalFrom }),
    version: seen,
  };
}

export const approvalAnswerSchema = z.object({
  cohort: z.string(),
  amount: pence.describe('Up to how much may be spent on the cohort, VAT included; nought: nothing is approved'),
  version,
});

/** What is approved for a cohort, where nothing was: nought. */
export function answerApproval(cohort: string, approval: Approval | undefined): z.infer<typeof approvalAnswerSchema> {
  return { cohort, amount: approval?.amount ?? 0, version: approval?.version ?? 0 };
}
