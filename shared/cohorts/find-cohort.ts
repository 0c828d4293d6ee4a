import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';
import { readCohort } from './cohorts-items.ts';

/** A cohort by its id, whoever asks; once it is open its days may be those of before it was moved last. */
export async function findCohort(table: Table, cohort: string): Promise<Cohort | undefined> {
  return await readCohort(table, cohort);
}
