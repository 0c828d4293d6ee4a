import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { relationToShared } from '../programmes/relation-to-shared.ts';
import type { Cohort } from './cohort.ts';
import { readCohort } from './cohorts-items.ts';

/**
 * The cohort that an operation is about, and how the actor's organisation stands to it. A draft, and one that was dropped
 * while it was a draft, is its host's alone.
 */
export async function findVisibleCohort(
  context: Context,
  input: { readonly cohort: string },
): Promise<Target<Cohort> | undefined> {
  const cohort = await readCohort(context.table, input.cohort);
  if (cohort === undefined) return undefined;
  const relation = relationToShared(cohort, organisationOf(context.actor));
  const shown = relation === 'own' || (cohort.opened && cohort.dropped !== true);
  return { relation: shown ? relation : 'other', subject: cohort };
}
