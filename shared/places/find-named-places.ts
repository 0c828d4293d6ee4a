import type { Change } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import type { Context } from '../context.ts';
import { refusal, type RefusalCode } from '../errors.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { standingOf } from './ledger.ts';
import type { PlaceRecord, Unkeyed } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;
/** How many records are read, or written, at the same moment. */
const mostAtOnce = 8;

/**
 * The cohort as it is at this moment, and the records of places on each of which a person is named: for the host, who notes
 * how they took part. Answers all of them or refuses, with the ticket in question: `place.not-found`, `place.not-confirmed`,
 * `place.not-named`; for all of them with `cohort.already-ended` when the cohort was cancelled, and with `cohort.archived`.
 */
export async function findNamedPlaces(
  context: Context,
  found: Cohort,
  tickets: readonly number[],
): Promise<{ readonly cohort: Cohort; readonly places: readonly PlaceRecord[] }> {
  const ledger = await readLedger(context.table, found.id, { consistent: true });
  if (ledger === undefined) throw refusal('place.not-found');
  const cohort = await findCurrentPlan(context.table, found, ledger);
  if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
  if (cohort.archived === true) throw refusal('cohort.archived');
  const { confirmed, waiting } = standingOf(ledger);
  const places = await manyAtOnce(tickets, mostAtOnce, async (ticket) => {
    const refused = (code: RefusalCode) => refusal(code, undefined, { facts: { ticket } });
    if (!confirmed.some((entry) => entry.ticket === ticket)) {
      throw refused(waiting.some((entry) => entry.ticket === ticket) ? 'place.not-confirmed' : 'place.not-found');
    }
    if (ledger.named?.has(ticket) !== true) throw refused('place.not-named');
    const record = await readPlaceRecord(context.table, cohort.id, ticket);
    if (record?.person === undefined) throw refused('place.not-named');
    return record;
  });
  return { cohort, places };
}

/**
 * Notes something of the persons who are named on places, each in a conditional write of its own: what was cut off is
 * finished by asking again, and what stands there already is not written twice. `next` makes the record that is to be, or
 * undefined when there is nothing to note.
 *
 * Refuses with `request.busy` when another person was named meanwhile, and when others came first each time.
 */
export async function noteOnNamedPlaces(
  context: Context,
  places: readonly PlaceRecord[],
  next: (record: Unkeyed) => { readonly noted: Unkeyed; readonly change: Change } | undefined,
): Promise<void> {
  await manyAtOnce(places, mostAtOnce, async (place) => {
    let record: PlaceRecord | undefined = place;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (record === undefined || record.person !== place.person) break;
      const write = next(record);
      if (write === undefined) return;
      if ((await writePlaceRecord(context.table, write.noted, write.change)) !== undefined) return;
      record = await readPlaceRecord(context.table, place.cohort, place.ticket);
    }
    throw refusal('request.busy');
  });
}
