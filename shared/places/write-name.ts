import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { OwnPlace } from './may-name.ts';
import { writeNamed, writeUnnamed } from './naming-items.ts';
import { isBeingNamed, type PlaceRecord, type Unkeyed } from './place-record.ts';
import { readPlaceRecord, readPlaceRecords, writePlaceRecord } from './place-records-items.ts';

/**
 * Names a person on a place: they are noted as a draft on its record, and one conditional write of the ledger makes the
 * draft count. When that is refused, the draft goes. `request` tells whose draft it is: the same goes on with its own.
 *
 * Refusals: `request.busy` while the draft of another request is younger than a minute, or the record was changed
 * meanwhile; `place.named`, `place.not-found` and `cohort.already-ended` when something else came first;
 * `person.already-named` when the person was named on another place at the same moment.
 */
export async function writeName(
  context: Context,
  { record, ...place }: Pick<OwnPlace, 'ledger' | 'entry'> & { readonly record: Unkeyed },
  person: string,
  request: string,
): Promise<void> {
  const now = context.clock.now();
  if (isBeingNamed(record, request, now)) throw refusal('request.busy');
  const drafted = { at: now.toISOString(), request };
  const draft = await writePlaceRecord(context.table, { ...record, person, drafted }, changeNow(context, 'drafted'));
  if (draft === undefined) throw refusal('request.busy');
  const counted = await makeItCount(context, place, draft);
  if (counted !== undefined) await standBack(context, counted, place.entry, draft);
}

/**
 * Takes the name off again when the same person was named on another place a moment before: each request reads before it
 * writes, so both may get through. The ledger as this write left it tells which of the two was first. Refuses with
 * `person.already-named`.
 */
async function standBack(context: Context, ledger: Ledger, entry: Entry, draft: PlaceRecord): Promise<void> {
  const records = await readPlaceRecords(context.table, draft.cohort);
  const earlier = [...records.values()].find(
    (other) =>
      other.person === draft.person && other.ticket !== entry.ticket && ledger.named?.has(other.ticket) === true,
  );
  if (earlier === undefined) return;
  await writeUnnamed(context.table, ledger, entry, changeNow(context, 'unnamed'));
  await clearDraft(context, draft);
  throw refusal('person.already-named', undefined, { facts: { ticket: earlier.ticket } });
}

/** Makes a draft count; answers the ledger that this write left, or nothing when it was done before. */
async function makeItCount(
  context: Context,
  { ledger, entry }: Pick<OwnPlace, 'ledger' | 'entry'>,
  draft: PlaceRecord,
): Promise<Ledger | undefined> {
  const named = await writeNamed(context.table, ledger, entry, changeNow(context, 'named'));
  if (named.applied) return named.item;
  const now = await readPlaceRecord(context.table, draft.cohort, entry.ticket);
  const isNamed = named.item?.named?.has(entry.ticket) === true;
  // Its acknowledgement was lost, and it was sent again; or the same was done by the same request sent twice.
  if (isNamed && now?.person === draft.person && now?.drafted?.request === draft.drafted?.request) return undefined;
  if (!isNamed) await clearDraft(context, draft);
  throw refusal(reasonOf(named.item, entry));
}

/** Takes a draft that does not count off the record, unless the record was changed since. */
async function clearDraft(context: Context, draft: PlaceRecord): Promise<void> {
  const { person: _person, drafted: _drafted, ...blank } = draft;
  await writePlaceRecord(context.table, blank, changeNow(context, 'cleared'));
}

function reasonOf(ledger: Ledger | undefined, { key, ticket }: Entry) {
  if (ledger?.named?.has(ticket) === true) return 'place.named';
  if (ledger?.status === 'cancelled') return 'cohort.already-ended';
  // Somebody was named there meanwhile, and is no more.
  return ledger?.entries[key] === ticket ? 'request.busy' : 'place.not-found';
}
