import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table } from '../table/table.ts';
import { ownCostSchema, type OwnCost } from './own-cost.ts';

/** What an organisation states that a place on a cohort would cost it alone; undefined when it never stated anything. */
export async function readOwnCost(table: Table, organisation: string, cohort: string): Promise<OwnCost | undefined> {
  return await table.get(keys.ownCost(organisation, cohort), ownCostSchema, { consistent: true });
}

/** Writes what is stated from now on, if that is of the version before; the first, if there is none. */
export async function writeOwnCost(table: Table, ownCost: Omit<OwnCost, 'pk' | 'sk'>): Promise<boolean> {
  const { organisation, cohort, version } = ownCost;
  const behind: Condition =
    version === 1 ? absent : { condition: 'version = :before', values: { ':before': version - 1 } };
  return await table.put({ ...ownCost, ...keys.ownCost(organisation, cohort) }, behind);
}
