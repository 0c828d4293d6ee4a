import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { personId } from '../people/person.ts';
import type { Entry, Ledger } from './ledger.ts';
import { checkFreeze, checkPerson, findOwnPlace, findPlaceRecords, type OwnPlace } from './may-name.ts';
import { writeNamed } from './naming-items.ts';
import { isBeingNamed, type PlaceRecord } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';

export const ticketSchema = z.int().min(1).describe('The place, by its ticket');
/** A place with the person who is named on it. */
export const namedPlaceSchema = z.object({ cohort: z.string(), ticket: z.int(), person: z.string() });

/**
 * Names a person of the own organisation on one of its confirmed places.
 *
 * 1. The place must be there, confirmed (`place.not-found`, `place.not-confirmed`) and without a name (`place.named`; a
 *    repeated request is answered again), the cohort not over and the freeze date not passed (`cohort.over`,
 *    `place.frozen`), the person one of the organisation, not named on another place of the cohort, released by their
 *    manager, and eligible.
 * 2. The person is noted as a draft on the place's own record (`request.busy` while somebody else's is younger than a
 *    minute).
 * 3. One conditional write of the ledger makes the draft count: naming and a release that come at the same moment have one
 *    winner. When the release was first, the draft goes and the answer is `place.not-found`.
 *
 * Causes place.named.
 */
export const namePlace = defineOperation({
  name: 'name-place',
  summary: 'Name a person of your organisation on one of its places',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, ticket: ticketSchema, person: personId }),
  output: namedPlaceSchema,
  example: { cohort: 'coh_0123456789ab', ticket: 3, person: 'per_0123456789abcdef' },
  refusals: [
    'place.not-found',
    'place.not-confirmed',
    'place.named',
    'place.frozen',
    'person.not-found',
    'person.not-released',
    'person.not-eligible',
    'person.already-named',
    'cohort.over',
    'cohort.already-ended',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { ticket, person }, cohort) {
    const place = await findOwnPlace(context, cohort, ticket);
    const { record, records } = await findPlaceRecords(context, cohort, place);
    const answer = { cohort: cohort.id, ticket, person };
    if (place.isNamed) {
      if (record.person === person) return answer;
      throw refusal('place.named');
    }
    checkFreeze(context, cohort, record);
    await checkPerson(context, cohort, person, { ...place, record, records });
    const request = requestDigest(context, 'name-place', answer);
    if (isBeingNamed(record, request, context.clock.now())) throw refusal('request.busy');
    const drafted = { at: context.clock.now().toISOString(), request };
    const change = changeNow(context, 'drafted');
    const draft = await writePlaceRecord(context.table, { ...record, person, drafted }, change);
    if (draft === undefined) throw refusal('request.busy');
    await makeItCount(context, place, draft);
    return answer;
  },
});

/** Makes a draft count, in one write of the ledger; when that is refused, the draft goes. */
async function makeItCount(context: Context, { ledger, entry }: OwnPlace, draft: PlaceRecord): Promise<void> {
  const named = await writeNamed(context.table, ledger, entry, changeNow(context, 'named'));
  if (named.applied) return;
  const now = await readPlaceRecord(context.table, draft.cohort, entry.ticket);
  const isNamed = named.item?.named?.has(entry.ticket) === true;
  // Its acknowledgement was lost, and it was sent again; or the same was done by the same request sent twice.
  if (isNamed && now?.person === draft.person && now?.drafted?.request === draft.drafted?.request) return;
  if (!isNamed && now?.version === draft.version) {
    const { person: _person, drafted: _drafted, ...blank } = draft;
    await writePlaceRecord(context.table, blank, changeNow(context, 'cleared'));
  }
  throw refusal(reasonOf(named.item, entry));
}

function reasonOf(ledger: Ledger | undefined, { key, ticket }: Entry) {
  if (ledger?.named?.has(ticket) === true) return 'place.named';
  if (ledger?.status === 'cancelled') return 'cohort.already-ended';
  // Somebody was named there meanwhile, and is no more.
  return ledger?.entries[key] === ticket ? 'request.busy' : 'place.not-found';
}
