import { keys } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table } from '../table/table.ts';
import { costPlanSchema, type CostPlan } from './cost-plan.ts';

type Unkeyed = Omit<CostPlan, 'pk' | 'sk'>;

/** Reads the cost plan of a cohort as it is at this moment; undefined when it has none. */
export async function readCostPlan(table: Table, cohort: string): Promise<CostPlan | undefined> {
  return await table.get(keys.costPlan(cohort), costPlanSchema, { consistent: true });
}

interface Replacement {
  readonly put: Item;
  readonly onlyIf: Condition;
}

/** The write of what a cost plan is from now on: refused unless it is of the version before, or its first and there is none. */
export function costPlanReplaced(plan: Unkeyed): Replacement {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': plan.version - 1 } };
  return { put: { ...plan, ...keys.costPlan(plan.cohort) }, onlyIf: plan.version === 1 ? absent : unchanged };
}
