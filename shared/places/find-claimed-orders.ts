import type { Table } from '../table/table.ts';
import { readClaimReasonsOf } from './allocations-items.ts';

/**
 * The purchase orders that an organisation gave with its claims on a cohort: each once, in the order of the alphabet and with
 * commas between them. Undefined when it gave none.
 */
export async function findClaimedOrders(
  table: Table,
  cohort: string,
  organisation: string,
): Promise<string | undefined> {
  const reasons = await readClaimReasonsOf(table, cohort, organisation);
  const orders = new Set(reasons.flatMap(({ purchaseOrder }) => purchaseOrder ?? []));
  return orders.size === 0 ? undefined : [...orders].sort().join(', ');
}
