import { findPurchaseOrder } from '../places/find-purchase-order.ts';
import { findHeir } from '../successions/find-succession.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { mostPurchaseOrders, type Statement } from './statement.ts';

/** The most characters of what was given for one cohort. */
const longest = 200;
/** For how many cohorts they are looked up at once. */
const atOnce = 10;

/**
 * The purchase orders that a debtor gave with its claims on cohorts, of the first two hundred of these, in the order of their
 * ids; the first two hundred characters of each. With places that have passed to a successor it is that one's.
 */
export async function findPurchaseOrders(
  table: Table,
  debtor: string,
  cohorts: readonly string[],
): Promise<Statement['purchaseOrders']> {
  const ids = [...new Set(cohorts)].sort().slice(0, mostPurchaseOrders);
  const heir = await findHeir(table, debtor);
  const found = await manyAtOnce(ids, atOnce, async (cohort) => {
    const given = await findPurchaseOrder(table, cohort, debtor);
    const reference = given ?? (heir === debtor ? undefined : await findPurchaseOrder(table, cohort, heir));
    return reference === undefined ? [] : [{ cohort, reference: reference.slice(0, longest) }];
  });
  return found.flat();
}

/** The purchase order to which a line about a cohort refers: that of the cohort, or that of the whole statement. */
export function purchaseOrderFor(
  { purchaseOrder, purchaseOrders }: Pick<Statement, 'purchaseOrder' | 'purchaseOrders'>,
  cohort: string,
): string | undefined {
  return purchaseOrders.find((order) => order.cohort === cohort)?.reference ?? purchaseOrder;
}
