import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Table } from '../table/table.ts';
import { writeCollected } from './naming-items.ts';
import { readLedger } from './places-items.ts';

/**
 * Ends the time in which claims on an allocated cohort count alike: those that come from now on are late, and queue behind.
 * Done once its closing date has come; before, and when it is done already, nothing happens.
 *
 * Causes cohort.claims-collected.
 */
export async function collectClaims(table: Table, clock: Clock, cohort: string): Promise<void> {
  const ledger = await readLedger(table, cohort, { consistent: true });
  if (ledger?.collecting === undefined || ledger.lateFrom !== undefined) return;
  if (ledger.collecting * 1000 > clock.now().getTime()) return;
  const plan = (await findCohorts(table, [cohort])).get(cohort);
  if (plan === undefined) return;
  const change = { ...changeByItself('claims-collected', clock.now()), audience: plan.sharedWith };
  await writeCollected(table, cohort, change);
}
