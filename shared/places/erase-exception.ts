import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/**
 * Erases why the host made an exception for the one person who was selected for a place, since their record was removed; that
 * there was one stays, and so does an exception for whoever is named there. Done already, nothing happens. Refuses with
 * `request.busy` when others came first each time.
 */
export async function eraseException(context: Context, cohort: string, ticket: number): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record = await readPlaceRecord(context.table, cohort, ticket);
    if (record?.exception?.person === undefined || record.exception.reason === undefined) return;
    const { reason: _reason, ...exception } = record.exception;
    if ((await writePlaceRecord(context.table, { ...record, exception }, changeNow(context, 'erased'))) !== undefined) {
      return;
    }
  }
  throw refusal('request.busy');
}
