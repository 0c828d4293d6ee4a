import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal, type AppError } from '../errors.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { placesOf, type Ledger } from '../places/ledger.ts';
import { readApproval } from './buying-items.ts';
import { missingFor, type BuyingRules } from './buying-rules.ts';
import { readCostPlan } from './costs-items.ts';
import { findBuyingRules } from './find-buying-rules.ts';
import { findPurchaseOrder } from './find-purchase-order.ts';
import { quoteByLedger } from './quote-by-ledger.ts';

/** A claim that is about to be made. */
interface Claim {
  readonly organisation: string;
  readonly quantity: number;
  readonly purchaseOrder: string | undefined;
}

/** What an organisation's own rules say to a claim, and the ledger by which that holds; neither, where it has no rules. */
export interface BuyingCheck {
  readonly objection?: AppError;
  readonly ledger?: Ledger;
}

/**
 * Whether an organisation's own rules let it claim: by what all of its places on the cohort, these too and those that wait,
 * come to at the most, VAT included. A purchase order that was set for the cohort, or given with an earlier claim, is good for this one. Where there is no
 * cost plan nothing is owed. What a host claims of its own cohort it orders from nobody.
 *
 * An organisation without rules costs no read (they are remembered for a minute). Objections: `claim.purchase-order-needed`,
 * `claim.approval-needed`.
 */
export async function checkBuying(context: Context, cohort: Cohort, claim: Claim): Promise<BuyingCheck> {
  if (claim.organisation === cohort.host) return {};
  const rules = await findBuyingRules(context, claim.organisation);
  if (rules?.purchaseOrderFrom === undefined && rules?.approvalFrom === undefined) return {};
  const ledger = await findLedger(context.table, cohort.id);
  if (ledger === undefined) return {};
  const objection = await objectionBy(context, rules, ledger, { ...claim, cohort: cohort.id });
  return objection === undefined ? { ledger } : { ledger, objection };
}

async function objectionBy(
  { table, clock }: Context,
  rules: BuyingRules,
  ledger: Ledger,
  { organisation, cohort, quantity, purchaseOrder }: Claim & { readonly cohort: string },
): Promise<AppError | undefined> {
  const plan = await readCostPlan(table, cohort);
  const waiting = placesOf(ledger, organisation).filter(({ state }) => state === 'waiting').length;
  const places = waiting + quantity;
  const most = plan && quoteByLedger(plan, ledger, { organisation, places, now: clock.now() }).most;
  const atMost = Math.max(0, (most?.net ?? 0) + (most?.vat ?? 0));
  const hasPurchaseOrder =
    purchaseOrder !== undefined ||
    (rules.purchaseOrderFrom !== undefined && (await findPurchaseOrder(table, cohort, organisation)) !== undefined);
  const approved =
    rules.approvalFrom === undefined ? 0 : ((await readApproval(table, organisation, cohort))?.amount ?? 0);
  switch (missingFor(rules, { atMost, hasPurchaseOrder, approved })) {
    case 'purchase-order':
      return refusal('claim.purchase-order-needed', undefined, { facts: { atMost, from: rules.purchaseOrderFrom } });
    case 'approval':
      return refusal('claim.approval-needed', undefined, { facts: { atMost, from: rules.approvalFrom, approved } });
    case undefined:
      return undefined;
  }
}
