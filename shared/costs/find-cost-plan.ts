import type { Table } from '../table/table.ts';
import type { CostPlan } from './cost-plan.ts';
import { readCostPlan } from './costs-items.ts';

/** The cost plan of a cohort as it is at this moment; undefined when it has none. */
export async function findCostPlan(table: Table, cohort: string): Promise<CostPlan | undefined> {
  return await readCostPlan(table, cohort);
}
