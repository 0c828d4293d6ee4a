import type { Change } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { standingOf } from './ledger.ts';
import { blankRecord, type Unkeyed } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/**
 * Notes something on the record of a confirmed place of a cohort, whoever has it: for the host. `next` makes the record
 * that is to be, or undefined when there is nothing to note.
 *
 * Refusals: `place.not-found`, `place.not-confirmed`, and `request.busy` when others came first each time.
 */
export async function noteOnPlace(
  context: Context,
  cohort: Cohort,
  { ticket, change }: { readonly ticket: number; readonly change: Change },
  next: (record: Unkeyed) => Unkeyed | undefined,
): Promise<void> {
  const ledger = await readLedger(context.table, cohort.id, { consistent: true });
  if (ledger === undefined) throw refusal('place.not-found');
  const { confirmed, waiting } = standingOf(ledger);
  const entry = confirmed.find((one) => one.ticket === ticket);
  if (entry === undefined) {
    throw refusal(waiting.some((one) => one.ticket === ticket) ? 'place.not-confirmed' : 'place.not-found');
  }
  const { organisation } = entry;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record =
      (await readPlaceRecord(context.table, cohort.id, ticket)) ??
      blankRecord({ cohort: cohort.id, ticket, organisation, host: cohort.host });
    const noted = next(record);
    if (noted === undefined) return;
    if ((await writePlaceRecord(context.table, noted, change)) !== undefined) return;
  }
  throw refusal('request.busy');
}
