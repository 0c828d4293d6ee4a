import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { shortId } from '../places/ledger.ts';
import { relationToShared } from '../programmes/relation-to-shared.ts';
import type { Cohort } from './cohort.ts';
import { readCohort } from './cohorts-items.ts';

/**
 * The cohort that an operation is about, and how the actor's organisation stands to it. A draft, and one that was dropped
 * while it was a draft, is its host's alone. Who has places on a cohort sees it, also when it was not shared with them but
 * with an organisation that they have succeeded; only for those it is not shared with, the ledger is read.
 */
export async function findVisibleCohort(
  context: Context,
  input: { readonly cohort: string },
): Promise<Target<Cohort> | undefined> {
  const cohort = await readCohort(context.table, input.cohort);
  if (cohort === undefined) return undefined;
  const organisation = organisationOf(context.actor);
  const relation = relationToShared(cohort, organisation);
  const isOut = cohort.opened && cohort.dropped !== true;
  const shown = relation === 'own' || isOut;
  const isHolder = relation === 'other' && isOut && (await hasPlaces(context, cohort, organisation));
  return { relation: isHolder ? 'partner' : shown ? relation : 'other', subject: cohort };
}

async function hasPlaces({ table }: Context, cohort: Cohort, organisation: string | undefined): Promise<boolean> {
  if (organisation === undefined) return false;
  const ledger = await findLedger(table, cohort.id);
  return (ledger?.live[shortId(organisation)] ?? 0) > 0;
}
