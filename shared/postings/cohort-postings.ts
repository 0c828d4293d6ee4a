import type { Table, TransactionWrite } from '../table/table.ts';
import type { NewPosting, Periods } from './posting.ts';
import { periodsUnchanged, postingsMade, readPeriods } from './postings-items.ts';

/** Up to which period an organisation has closed what it is owed, as it is at this moment. */
export async function findPeriods(table: Table, organisation: string): Promise<Periods | undefined> {
  return await readPeriods(table, organisation);
}

/**
 * The writes that make postings to one creditor, at most forty, for the transaction of what causes them. The whole is
 * refused when the creditor has closed another period since `periods` were read, or when one of the postings is there.
 */
export function postingWrites(
  creditor: string,
  postings: readonly NewPosting[],
  step: number,
  periods: Periods | undefined,
): TransactionWrite[] {
  return [periodsUnchanged(creditor, periods), ...postingsMade(postings, step)];
}
