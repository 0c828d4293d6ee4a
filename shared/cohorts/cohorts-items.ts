import { keys, shardOf } from '../table/keys.ts';
import type { Condition, Item, Table } from '../table/table.ts';
import { cohortSchema, type Cohort } from './cohort.ts';

/** The item of a cohort. */
export function cohortItem(cohort: Omit<Cohort, 'pk' | 'sk'>): Item & Pick<Cohort, 'request'> {
  const key = keys.cohort(cohort.id);
  return { ...cohort, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${cohort.id}` };
}

/**
 * Reads a cohort. What is not there or not opened yet is read again consistently, so that what was done a moment ago
 * counts; once it is opened a cohort no longer changes, and the cheaper read is right.
 */
export async function readCohort(table: Table, cohort: string): Promise<Cohort | undefined> {
  const found = await table.get(keys.cohort(cohort), cohortSchema);
  return found?.opened === true ? found : await table.get(keys.cohort(cohort), cohortSchema, { consistent: true });
}

/** Reads several cohorts; those that are not there are left out. A change of the last second may be missing. */
export async function readCohorts(table: Table, cohorts: readonly string[]): Promise<Cohort[]> {
  return await table.getMany(
    cohorts.map((cohort) => keys.cohort(cohort)),
    cohortSchema,
  );
}

/** The write of what a draft is from now on: refused unless it is a draft still, of the version before. */
export function draftReplaced(cohort: Cohort): { readonly put: Item; readonly onlyIf: Condition } {
  return {
    put: cohortItem(cohort),
    onlyIf: {
      condition: 'version = :before AND opened = :false',
      values: { ':before': cohort.version - 1, ':false': false },
    },
  };
}
