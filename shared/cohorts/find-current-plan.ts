import type { Ledger } from '../places/ledger.ts';
import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';
import { readCohortAnew } from './cohorts-items.ts';

/**
 * A cohort as its ledger knows it: the one that was found, unless its plan has been changed since that was read and
 * remembered. A ledger of before plans could change knows no version; nor has a draft one.
 */
export async function findCurrentPlan(table: Table, found: Cohort, ledger: Ledger | undefined): Promise<Cohort> {
  if (ledger?.planned === undefined || ledger.planned <= found.version) return found;
  return (await readCohortAnew(table, found.id)) ?? found;
}
