import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { relationToShared } from '../programmes/relation-to-shared.ts';
import type { Cohort } from './cohort.ts';
import { readCohort } from './cohorts-items.ts';

/** The cohort that an operation is about, and how the actor's organisation stands to it. */
export async function findVisibleCohort(
  context: Context,
  input: { readonly cohort: string },
): Promise<Target<Cohort> | undefined> {
  const cohort = await readCohort(context.table, input.cohort);
  if (cohort === undefined) return undefined;
  return { relation: relationToShared(cohort, organisationOf(context.actor)), subject: cohort };
}
