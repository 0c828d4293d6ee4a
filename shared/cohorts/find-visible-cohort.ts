import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { shortId } from '../places/ledger.ts';
import { relationToShared } from '../programmes/relation-to-shared.ts';
import type { Cohort } from './cohort.ts';
import { readCohort, readCohortAnew } from './cohorts-items.ts';

/**
 * The cohort that an operation is about, and how the actor's organisation stands to it. A draft, and one that was dropped
 * while it was a draft, is its host's alone. Who has places on a cohort sees it, also when it was not shared with them but
 * with an organisation that they have succeeded; only for those it is not shared with, the ledger is read.
 */
export async function findVisibleCohort(
  context: Context,
  input: { readonly cohort: string },
): Promise<Target<Cohort> | undefined> {
  return await targetOf(context, await readCohort(context.table, input.cohort));
}

/** The same, with the plan as it is at this moment and not as it is remembered: for what goes by its days. */
export async function findCurrentCohort(
  context: Context,
  input: { readonly cohort: string },
): Promise<Target<Cohort> | undefined> {
  return await targetOf(context, await readCohortAnew(context.table, input.cohort));
}

async function targetOf(context: Context, cohort: Cohort | undefined): Promise<Target<Cohort> | undefined> {
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
