import * as z from 'zod';
import { pence } from './pence.ts';
import { costCentre, purchaseOrder } from './references.ts';

/** What an organisation's finance asks of its own people before they claim places that cost something. */
export const buyingRuleDetails = {
  purchaseOrderFrom: pence
    .optional()
    .describe('From so many pence on a claim needs the reference of a purchase order; without it, never'),
  approvalFrom: pence
    .optional()
    .describe('From so many pence on a claim needs the approval of a budget holder; without it, never'),
};

/** Who wrote something, when, and the digest of that request. Not called `change`: nothing of it is announced. */
export const written = z.object({ by: z.string(), at: z.iso.datetime(), request: z.string() });
export type Written = z.infer<typeof written>;

export const buyingRulesSchema = z.object({
  pk: z.string(),
  sk: z.literal('BUYING-RULES'),
  organisation: z.string(),
  ...buyingRuleDetails,
  version: z.int(),
  written,
});
export type BuyingRules = z.infer<typeof buyingRulesSchema>;

/** Up to which amount, VAT included, an organisation may spend on one cohort; nought once it is withdrawn. */
export const approvalSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('APPROVAL#'),
  organisation: z.string(),
  cohort: z.string(),
  amount: pence,
  version: z.int(),
  written,
});
export type Approval = z.infer<typeof approvalSchema>;

/** How an organisation orders its places on a cohort, and to what it books them: for itself, and for statements. */
export const orderDetails = {
  purchaseOrder: purchaseOrder
    .optional()
    .describe(
      'The reference of your purchase order, for statements; without it, those that came with your claims count',
    ),
  costCentre: costCentre
    .optional()
    .describe('Your own cost centre, to which your journal books what you owe on the cohort; nobody else sees it'),
};

/** What an organisation says of all of its places on a cohort; both are absent once they were taken away. */
export const orderSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('ORDER#'),
  organisation: z.string(),
  cohort: z.string(),
  ...orderDetails,
  version: z.int(),
  written,
});
export type Order = z.infer<typeof orderSchema>;

/** What an organisation has in hand for a claim, in pence, VAT included. */
interface InHand {
  /** What its places there, with those that it claims, cost at the most. */
  readonly atMost: number;
  readonly hasPurchaseOrder: boolean;
  readonly approved: number;
}

/** What an organisation's own rules ask for that it does not have in hand. */
export function missingFor(
  { purchaseOrderFrom, approvalFrom }: Pick<BuyingRules, 'purchaseOrderFrom' | 'approvalFrom'>,
  { atMost, hasPurchaseOrder, approved }: InHand,
): 'purchase-order' | 'approval' | undefined {
  const isAsked = (from: number | undefined) => from !== undefined && atMost >= from;
  if (isAsked(purchaseOrderFrom) && !hasPurchaseOrder) return 'purchase-order';
  return isAsked(approvalFrom) && (approved === 0 || approved < atMost) ? 'approval' : undefined;
}
