import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { cohortSchema, type Cohort } from './cohort.ts';

/** Reads a cohort's plan. */
export async function readCohort(
  table: Table,
  cohort: string,
  options: { consistent?: boolean } = {},
): Promise<Cohort | undefined> {
  return await table.get(keys.cohort(cohort), cohortSchema, options);
}

/** Reads the plans of several cohorts, in no particular order. */
export async function readCohorts(table: Table, cohorts: readonly string[]): Promise<Cohort[]> {
  return await table.getMany(
    cohorts.map((cohort) => keys.cohort(cohort)),
    cohortSchema,
  );
}
