import type { Table } from '../table/table.ts';
import type { Shares } from './shares.ts';
import { readShares } from './shares-items.ts';

/** How the cost of a cohort is shared, as it is at this moment; undefined while nothing was worked out. */
export async function findShares(table: Table, cohort: string): Promise<Shares | undefined> {
  return await readShares(table, cohort);
}
