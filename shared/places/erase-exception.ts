import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Deferral, PlaceRecord } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/** A place, and the one person for whom the host may have made an exception there. */
interface Excepted {
  readonly cohort: string;
  readonly ticket: number;
  readonly person: string;
  /** Whether it is the place that they were selected for: what was made there for one person was made for them. */
  readonly isTheirs?: boolean;
}

/**
 * Erases why the host made an exception on a place for one person; that there was one stays, and so does an exception for
 * whoever is named there, or for another person who was deferred to it. Done already, nothing happens. Answers to which place
 * of a later cohort the person was deferred from here. Refuses with `request.busy` when others came first each time.
 */
export async function eraseException(context: Context, place: Excepted): Promise<Deferral | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record = await readPlaceRecord(context.table, place.cohort, place.ticket);
    if (record?.exception === undefined || !isOf(record.exception, place)) return record?.deferred;
    const { reason: _reason, ...exception } = record.exception;
    const change = changeNow(context, 'erased');
    if ((await writePlaceRecord(context.table, { ...record, exception }, change)) !== undefined) return record.deferred;
  }
  throw refusal('request.busy');
}

function isOf(
  { person, reason, from }: NonNullable<PlaceRecord['exception']>,
  { person: asked, isTheirs = false }: Excepted,
): boolean {
  if (person === undefined || reason === undefined) return false;
  // While their organisation is succeeded, the place may know them by the id that they had.
  return person === asked || (isTheirs && from === undefined);
}
