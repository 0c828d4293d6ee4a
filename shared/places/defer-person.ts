import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { exceptionBrought, withBrought } from './bring-exception.ts';
import { finishDeferral } from './finish-deferral.ts';
import { standingOf, ticketSchema } from './ledger.ts';
import { checkFreeze, checkPerson, findOwnPlace, findPlaceRecords, type OwnPlace } from './may-name.ts';
import { readPersonRelease } from './person-releases-items.ts';
import { isBeingDeferred, isBeingNamed, type Deferral, type PlaceRecord, type Unkeyed } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

/**
 * Takes the person who is named on a place over to a later cohort of the same programme, on which their organisation has a
 * confirmed place without a name: the first of these.
 *
 * 1. Nothing is written unless all of it is right: the place is confirmed and named (`place.not-found`,
 *    `place.not-confirmed`, `place.not-named`) and its cohort not frozen or over, the other cohort a later one of the
 *    programme (`cohort.not-found`, `cohort.not-later`) with a place (`place.none-unnamed`), and the person may be named
 *    there as by name-place; the release by their manager counts for it too, and so does an exception that the host has
 *    made for this person, where nothing speaks against them there that does not here.
 * 2. What is about to be done is noted on the record of the place (`request.busy` while another deferral of it is younger
 *    than a minute), so that the same request finishes what was cut off, wherever that was; for that minute nobody else
 *    changes the name.
 * 3. The person is released for the later cohort, the exception noted there with where it came from, and they are named there; then their name is taken off here, and the place given
 *    back. So they always have a place, and for a moment two.
 *
 * Causes place.named there (and place.exception-made, where an exception comes along), and place.unnamed and place.given-back here.
 */
export const deferPerson = defineOperation({
  name: 'defer-person',
  summary: 'Take a named person over to a later cohort of the programme',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    ticket: ticketSchema,
    to: cohortId.describe('The id of the later cohort'),
  }),
  output: z.object({
    cohort: z.string(),
    ticket: z.int().describe('The place that is given back'),
    person: z.string(),
    to: z.string(),
    ticketThere: z.int().describe('The place on which the person is named now'),
  }),
  example: { cohort: 'coh_0123456789ab', ticket: 3, to: 'coh_0123456789ac' },
  refusals: [
    'place.not-found',
    'place.not-confirmed',
    'place.not-named',
    'place.named',
    'place.frozen',
    'place.none-unnamed',
    'person.not-found',
    'person.not-released',
    'person.not-eligible',
    'person.already-named',
    'cohort.not-found',
    'cohort.not-later',
    'cohort.over',
    'cohort.already-ended',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { ticket, to }, cohort) {
    const request = requestDigest(context, 'defer-person', { cohort: cohort.id, ticket, to });
    const record = await readPlaceRecord(context.table, cohort.id, ticket);
    const isOwn = record?.organisation === actingOrganisation(context);
    const begun = isOwn && record.deferred?.request === request ? record.deferred : undefined;
    const deferral =
      record !== undefined && begun !== undefined
        ? await resumeDeferral(context, record, begun)
        : await beginDeferral(context, cohort, { ticket, to, request });
    await finishDeferral(context, cohort, ticket, deferral);
    return { cohort: cohort.id, ticket, person: deferral.person, to, ticketThere: deferral.ticket };
  },
});

/** Sees that all is right for a deferral, and notes it on the record of the place. */
async function beginDeferral(
  context: Context,
  found: Cohort,
  { ticket, to, request }: { readonly ticket: number; readonly to: string; readonly request: string },
): Promise<Deferral> {
  const place = await findOwnPlace(context, found, ticket);
  const cohort = await findCurrentPlan(context.table, found, place.ledger);
  const { record } = await findPlaceRecords(context, cohort, place);
  const { person } = record;
  if (!place.isNamed || person === undefined) throw refusal('place.not-named');
  checkFreeze(context, cohort, record);
  const now = context.clock.now();
  if (isBeingDeferred(record, request, now)) throw refusal('request.busy');
  const there = await findPlaceThere(context, { cohort, record }, to, person);
  const deferred = { person, to, ticket: there, request, at: now.toISOString() };
  const noted = await writePlaceRecord(context.table, { ...record, deferred }, changeNow(context, 'deferring'));
  if (noted === undefined) throw refusal('request.busy');
  return deferred;
}

/** Keeps others off the place for another minute, where the person is still on its record. */
async function resumeDeferral(context: Context, record: PlaceRecord, begun: Deferral): Promise<Deferral> {
  if (record.person !== begun.person) return begun;
  const deferred = { ...begun, at: context.clock.now().toISOString() };
  const noted = await writePlaceRecord(context.table, { ...record, deferred }, changeNow(context, 'deferring'));
  if (noted === undefined) throw refusal('request.busy');
  return deferred;
}

/** The place of a later cohort, by its ticket, on which the person may be named who is named on this one. */
async function findPlaceThere(
  context: Context,
  { cohort, record: here }: { readonly cohort: Cohort; readonly record: Unkeyed },
  to: string,
  person: string,
): Promise<number> {
  const target = await findVisibleCohort(context, { cohort: to });
  if (target === undefined || target.relation === 'other') throw refusal('cohort.not-found');
  const organisation = actingOrganisation(context);
  const ledger = await readLedger(context.table, to, { consistent: true });
  const later = await findCurrentPlan(context.table, target.subject, ledger);
  const isLater = later.programme === cohort.programme && later.firstDay > cohort.firstDay;
  if (!isLater) throw refusal('cohort.not-later');
  if (ledger?.status === 'cancelled') throw refusal('cohort.already-ended');
  const entries = ledger === undefined ? [] : standingOf(ledger).confirmed;
  const unnamed = entries.filter(
    (entry) => entry.organisation === organisation && ledger?.named?.has(entry.ticket) !== true,
  );
  const [first] = unnamed;
  if (ledger === undefined || first === undefined) throw refusal('place.none-unnamed');
  const placeOf = (entry: typeof first): OwnPlace => ({ ledger, entry, isNamed: false });
  const { records } = await findPlaceRecords(context, later, placeOf(first));
  const now = context.clock.now();
  const isQuiet = ({ ticket }: typeof first) => !isBeingNamed(records.get(ticket) ?? {}, '', now);
  const entry = unnamed.find(isQuiet) ?? first;
  const { record } = await findPlaceRecords(context, later, placeOf(entry));
  checkFreeze(context, later, record);
  const brought = await exceptionBrought(context, { person, here: cohort, record: here, there: later });
  const release = await readPersonRelease(context.table, organisation, person, cohort.id);
  await checkPerson(context, later, person, {
    ledger,
    record: withBrought(record, person, brought),
    records,
    release,
  });
  return entry.ticket;
}
