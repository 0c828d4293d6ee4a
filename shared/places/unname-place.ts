import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { checkFreeze, findOwnPlace, findPlaceRecords, type OwnPlace } from './may-name.ts';
import { ticketSchema } from './ledger.ts';
import { writeUnnamed } from './naming-items.ts';
import { finishedWith, isBeingDeferred, isBeingNamed, isFinished, type Unkeyed } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';

/**
 * Takes the name off a place: it stays the organisation's, and is to be named again in time. Repeated, it changes nothing.
 * First the ledger says that nobody is named, then the person goes from the record; what is left there by a failure in
 * between counts for nothing.
 *
 * Refusals: `place.not-found`, `place.not-confirmed`, `place.frozen`, `cohort.over`, `cohort.already-ended`, and
 * `request.busy` when somebody else is named there meanwhile, or the person is being deferred.
 * Causes place.unnamed.
 */
export const unnamePlace = defineOperation({
  name: 'unname-place',
  summary: 'Take the name off a place; the place stays yours',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, ticket: ticketSchema }),
  output: z.object({ cohort: z.string(), ticket: z.int() }),
  example: { cohort: 'coh_0123456789ab', ticket: 3 },
  refusals: [
    'place.not-found',
    'place.not-confirmed',
    'place.frozen',
    'cohort.over',
    'cohort.already-ended',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { ticket }, cohort) {
    const place = await findOwnPlace(context, cohort, ticket);
    const { record } = await findPlaceRecords(context, cohort, place);
    const request = requestDigest(context, 'unname-place', { cohort: cohort.id, ticket });
    if (isFinished(record, request)) return { cohort: cohort.id, ticket };
    if (place.isNamed) {
      if (isBeingDeferred(record, '', context.clock.now())) throw refusal('request.busy');
      checkFreeze(context, cohort, record);
    }
    await takeNameOff(context, place, record, request);
    return { cohort: cohort.id, ticket };
  },
});

/** How often it is tried again that another change has overtaken. */
const attempts = 3;

/**
 * Takes the name off a place, and the person that was read from its record, and remembers by which request; of the freeze
 * date the caller has asked.
 * Refuses with `request.busy` when another was put there meanwhile, and with `cohort.already-ended`.
 */
export async function takeNameOff(context: Context, place: OwnPlace, record: Unkeyed, request: string): Promise<void> {
  if (place.isNamed) await makeItCountNoMore(context, place);
  // Somebody may be named anew already: only the name that was read goes, and never one that is just being noted.
  if (!place.isNamed && isBeingNamed(record, '', context.clock.now())) return;
  // A draft that never counted is no request that was done.
  await clearPerson(
    context,
    record,
    finishedWith(record, place.isNamed ? record.drafted?.request : undefined, request),
  );
}

/** Makes the name that was read count no more. Refused with `request.busy` when it was taken off and another put there. */
async function makeItCountNoMore(context: Context, place: OwnPlace): Promise<void> {
  const { ticket } = place.entry;
  const change = changeNow(context, 'unnamed');
  let { ledger } = place;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { applied, item } = await writeUnnamed(context.table, ledger, place.entry, change);
    if (applied || item?.named?.has(ticket) !== true) return;
    if (item.status === 'cancelled') throw refusal('cohort.already-ended');
    if (item.unnamed?.[ticket] !== ledger.unnamed?.[ticket]) break;
    ledger = item;
  }
  throw refusal('request.busy');
}

/**
 * Takes the person off the record of a place on which nobody is named, while it is the one who was read, and keeps which
 * requests were done: sent again when somebody else is named, they do nothing.
 */
async function clearPerson(context: Context, read: Unkeyed, finished: readonly string[]): Promise<void> {
  let record: Unkeyed | undefined = read;
  for (let attempt = 0; attempt < attempts && record !== undefined; attempt += 1) {
    const { person: _person, drafted, ...blank } = record;
    if (drafted?.request !== read.drafted?.request) return;
    const next = { ...blank, finished: [...finished] };
    if ((await writePlaceRecord(context.table, next, changeNow(context, 'cleared'))) !== undefined) return;
    // The host may have noted something meanwhile.
    record = await readPlaceRecord(context.table, read.cohort, read.ticket);
  }
}
