import * as z from 'zod';
import { buyingRuleDetails, orderDetails, type Approval, type BuyingRules, type Order } from './buying-rules.ts';
import { pence } from './pence.ts';

const version = z.int().describe('To be given as If-Match; 0 while nothing was set');
const lastWritten = {
  by: z
    .string()
    .optional()
    .describe(
      'Who last set it or took it away: a member, an API key, or `cohortium` where it was put together in a succession',
    ),
  at: z.iso.datetime().optional().describe('When'),
};

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
  ...lastWritten,
  version,
});

/** What is approved for a cohort, where nothing was: nought. */
export function answerApproval(cohort: string, approval: Approval | undefined): z.infer<typeof approvalAnswerSchema> {
  return { cohort, amount: approval?.amount ?? 0, ...writtenBy(approval), version: approval?.version ?? 0 };
}

export const orderAnswerSchema = z.object({
  cohort: z.string(),
  ...orderDetails,
  claimed: z
    .string()
    .optional()
    .describe('The purchase orders that came with your claims: they count while none is set'),
  ...lastWritten,
  version,
});

/** How an organisation orders on a cohort; of one that never set it, what came with its claims. */
export function answerOrder(
  cohort: string,
  order: Order | undefined,
  claimed: string | undefined,
): z.infer<typeof orderAnswerSchema> {
  const { purchaseOrder, costCentre } = order ?? {};
  return {
    cohort,
    ...(purchaseOrder === undefined ? {} : { purchaseOrder }),
    ...(costCentre === undefined ? {} : { costCentre }),
    ...(claimed === undefined ? {} : { claimed }),
    ...writtenBy(order),
    version: order?.version ?? 0,
  };
}

function writtenBy(kept: Approval | Order | undefined) {
  return kept === undefined ? {} : { by: kept.written.by, at: kept.written.at };
}
