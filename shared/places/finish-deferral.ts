import { changeNow } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { AppError, refusal } from '../errors.ts';
import { actingOrganisation } from '../operation.ts';
import { bringException } from './bring-exception.ts';
import { giveBackPlace } from './give-back-place.ts';
import { standingOf } from './ledger.ts';
import { namePlace } from './name-place.ts';
import { putPersonRelease, readPersonRelease } from './person-releases-items.ts';
import type { Deferral, PlaceRecord } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';
import { takeNameOff } from './unname-place.ts';

/**
 * Carries a deferral out from where it stands. It may have been cut off anywhere, and others may have changed either place
 * since: a name is taken off, and the place given back, only of the person who is deferred and once they are named there.
 *
 * Refuses with `place.not-found` or `place.not-named` when the person is named on neither place, with `place.named` when
 * another has been named here meanwhile, and with what name-place and give-back-place refuse with.
 */
export async function finishDeferral(
  context: Context,
  cohort: Cohort,
  ticket: number,
  deferral: Deferral,
): Promise<void> {
  const { person } = deferral;
  const here = await readPlace(context, cohort.id, ticket);
  const isNamedHere = here.isNamed && here.record?.person === person;
  if (isNamedHere && here.record !== undefined) {
    await nameThere(context, cohort, here.record, deferral);
  } else {
    const there = await readPlace(context, deferral.to, deferral.ticket);
    const isNamedThere = there.isNamed && there.record?.person === person;
    if (!isNamedThere) throw refusal(here.entry === undefined ? 'place.not-found' : 'place.not-named');
    if (here.isNamed) throw refusal('place.named');
  }
  // Given back already, or gone with its cohort.
  const { entry, ledger, record } = here;
  if (entry === undefined || ledger === undefined || record === undefined || ledger.status === 'cancelled') return;
  await takeNameOff(context, { entry, ledger, isNamed: isNamedHere }, record, deferral.request);
  await giveBackPlace.perform(context, { cohort: cohort.id, tickets: [ticket] });
}

/** A place of the organisation acted for as it is at this moment; without an entry, when it has none under this ticket. */
async function readPlace({ table, ...context }: Context, cohort: string, ticket: number) {
  const ledger = await readLedger(table, cohort, { consistent: true });
  const record = await readPlaceRecord(table, cohort, ticket);
  const organisation = actingOrganisation({ table, ...context });
  const entry =
    ledger && standingOf(ledger).confirmed.find((one) => one.ticket === ticket && one.organisation === organisation);
  const isNamed = entry !== undefined && ledger?.named?.has(ticket) === true;
  return { ledger, record, entry, isNamed };
}

/**
 * Names the person on the place there, with the release that their manager gave for this cohort and the exception that the
 * host made for them here. When that is refused
 * nothing has changed, and the deferral is no longer noted: the same request may begin anew.
 */
async function nameThere(context: Context, cohort: Cohort, record: PlaceRecord, deferral: Deferral): Promise<void> {
  const { person, to } = deferral;
  const organisation = actingOrganisation(context);
  if ((await readPersonRelease(context.table, organisation, person, to)) === undefined) {
    const release = await readPersonRelease(context.table, organisation, person, cohort.id);
    if (release !== undefined) await putPersonRelease(context.table, organisation, { ...release, cohort: to });
  }
  const there = await findVisibleCohort(context, { cohort: to });
  const { entry, isNamed } = await readPlace(context, to, deferral.ticket);
  if (there !== undefined && entry !== undefined && !isNamed) {
    await bringException(context, entry.ticket, { person, here: cohort, record, there: there.subject });
  }
  try {
    await namePlace.perform(context, { cohort: to, ticket: deferral.ticket, person });
  } catch (error) {
    if (error instanceof AppError && error.code !== 'request.busy')
      await forget(context, cohort, record.ticket, deferral);
    throw error;
  }
}

async function forget(context: Context, cohort: Cohort, ticket: number, { request }: Deferral): Promise<void> {
  const record = await readPlaceRecord(context.table, cohort.id, ticket);
  if (record?.deferred?.request !== request) return;
  const { deferred: _deferred, ...rest } = record;
  await writePlaceRecord(context.table, rest, changeNow(context, 'deferral-ended'));
}
