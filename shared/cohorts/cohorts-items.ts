import { keys, shardOf } from '../table/keys.ts';
import type { Condition, Item, Table } from '../table/table.ts';
import { cohortSchema, type Cohort } from './cohort.ts';

/** The item of a cohort. */
export function cohortItem(cohort: Omit<Cohort, 'pk' | 'sk'>): Item & Pick<Cohort, 'request'> {
  const key = keys.cohort(cohort.id);
  return { ...cohort, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${cohort.id}` };
}

/** Opened cohorts that each table's readers remember, oldest first; at most so many. */
const remembered = new WeakMap<Table, Map<string, Cohort>>();
const mostRemembered = 500;

/**
 * Reads a cohort. Once it is opened its plan hardly changes (its status and counts are the ledger's), so it is read once
 * and remembered: a claim then costs the one write that decides it. That a remembered plan has been overtaken is told by
 * the ledger, which knows its version (`find-current-plan.ts`). What is not opened yet is read again consistently, so that
 * what was done a moment ago counts.
 */
export async function readCohort(table: Table, cohort: string): Promise<Cohort | undefined> {
  const known = remembered.get(table)?.get(cohort);
  if (known !== undefined) return known;
  const found = await table.get(keys.cohort(cohort), cohortSchema);
  if (found?.opened !== true) return await readCohortAnew(table, cohort);
  remember(table, found);
  return found;
}

/** Reads a cohort as it is at this moment, whatever is remembered of it. */
export async function readCohortAnew(table: Table, cohort: string): Promise<Cohort | undefined> {
  const found = await table.get(keys.cohort(cohort), cohortSchema, { consistent: true });
  if (found?.opened === true) remember(table, found);
  return found;
}

function remember(table: Table, cohort: Cohort): void {
  const plans = remembered.get(table) ?? new Map<string, Cohort>();
  remembered.set(table, plans);
  // A read that was on its way for longer may be of an older plan.
  if ((plans.get(cohort.id)?.version ?? 0) >= cohort.version) return;
  plans.set(cohort.id, cohort);
  const oldest = plans.keys().next().value;
  if (plans.size > mostRemembered && oldest !== undefined) plans.delete(oldest);
}

/** Reads several cohorts; those that are not there are left out. A change of the last second may be missing. */
export async function readCohorts(table: Table, cohorts: readonly string[]): Promise<Cohort[]> {
  return await table.getMany(
    cohorts.map((cohort) => keys.cohort(cohort)),
    cohortSchema,
  );
}

interface Replacement {
  readonly put: Item;
  readonly onlyIf: Condition;
}

/** The write of what a draft is from now on: refused unless it is a draft still, of the version before. */
export function draftReplaced(cohort: Cohort): Replacement {
  return replaced(cohort, false);
}

/** The write of what an opened cohort is from now on: refused unless it is of the version before. */
export function openedReplaced(cohort: Cohort): Replacement {
  return replaced(cohort, true);
}

function replaced(cohort: Cohort, opened: boolean): Replacement {
  return {
    put: cohortItem(cohort),
    onlyIf: {
      condition: 'version = :before AND opened = :opened',
      values: { ':before': cohort.version - 1, ':opened': opened },
    },
  };
}
