import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';
import { readCohorts } from './cohorts-items.ts';

/** Cohorts by id, at most a hundred; those that are not there are missing. A change of the last second may be missing too. */
export async function findCohorts(table: Table, ids: readonly string[]): Promise<Map<string, Cohort>> {
  const found = await readCohorts(table, [...new Set(ids)]);
  return new Map(found.map((cohort) => [cohort.id, cohort]));
}
