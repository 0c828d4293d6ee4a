import { findClaimedOrders } from '../places/find-claimed-orders.ts';
import type { Table } from '../table/table.ts';
import { readOrder } from './buying-items.ts';

/** The most characters of the purchase orders for one cohort: with its claims an organisation may have given many. */
const longest = 200;

/** How an organisation orders its places on a cohort, and to what it books them, as far as it has said. */
export interface Ordered {
  readonly purchaseOrder?: string | undefined;
  readonly costCentre?: string | undefined;
}

/** The purchase order of an organisation for a cohort, as `findOrdered` finds it; undefined when there is none. */
export async function findPurchaseOrder(
  table: Table,
  cohort: string,
  organisation: string,
): Promise<string | undefined> {
  return (await findOrdered(table, cohort, organisation)).purchaseOrder;
}

/**
 * The purchase order and the cost centre of an organisation for a cohort: what it has set (set-purchase-order); for want of a purchase
 * order there, those that came with its claims, with commas between them, the first two hundred characters.
 */
export async function findOrdered(table: Table, cohort: string, organisation: string): Promise<Ordered> {
  const { purchaseOrder, costCentre } = (await readOrder(table, organisation, cohort)) ?? {};
  if (purchaseOrder !== undefined) return { purchaseOrder, costCentre };
  const claimed = await findClaimedOrders(table, cohort, organisation);
  return { purchaseOrder: claimed?.slice(0, longest), costCentre };
}
