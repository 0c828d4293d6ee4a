import { findOrders } from '../costs/find-orders.ts';
import type { Table } from '../table/table.ts';
import { mostPurchaseOrders, type Statement } from './statement.ts';

/**
 * The purchase orders of a debtor for cohorts, of the first two hundred of these, in the order of their ids: what it set or, where it
 * set none, what it gave with its claims. With places that have passed to a successor it is that one's.
 */
export async function findPurchaseOrders(
  table: Table,
  debtor: string,
  cohorts: readonly string[],
): Promise<Statement['purchaseOrders']> {
  const ids = [...new Set(cohorts)].sort().slice(0, mostPurchaseOrders);
  const orders = await findOrders(table, debtor, ids);
  return ids.flatMap((cohort) => {
    const reference = orders.get(cohort)?.purchaseOrder;
    return reference === undefined ? [] : [{ cohort, reference }];
  });
}

/** The purchase order to which a line about a cohort refers: that of the cohort, or that of the whole statement. */
export function purchaseOrderFor(
  { purchaseOrder, purchaseOrders }: Pick<Statement, 'purchaseOrder' | 'purchaseOrders'>,
  cohort: string,
): string | undefined {
  return purchaseOrders.find((order) => order.cohort === cohort)?.reference ?? purchaseOrder;
}
