import { findHeir } from '../successions/find-succession.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { findOrdered, type Ordered } from './find-purchase-order.ts';

/** For how many cohorts they are looked up at once. */
const atOnce = 10;

/**
 * The purchase orders and the cost centres of an organisation for cohorts, some thousands at most, by cohort. Of one that was
 * succeeded, what it does not have itself is its successor's: what it ordered has passed on.
 */
export async function findOrders(
  table: Table,
  organisation: string,
  cohorts: readonly string[],
): Promise<ReadonlyMap<string, Ordered>> {
  const ids = [...new Set(cohorts)];
  if (ids.length === 0) return new Map();
  const heir = await findHeir(table, organisation);
  const found = await manyAtOnce(ids, atOnce, async (cohort) => {
    const own = await findOrdered(table, cohort, organisation);
    const isWhole = own.purchaseOrder !== undefined && own.costCentre !== undefined;
    const passed = isWhole || heir === organisation ? {} : await findOrdered(table, cohort, heir);
    return [
      cohort,
      {
        purchaseOrder: own.purchaseOrder ?? passed.purchaseOrder,
        costCentre: own.costCentre ?? passed.costCentre,
      },
    ] as const;
  });
  return new Map(found);
}
