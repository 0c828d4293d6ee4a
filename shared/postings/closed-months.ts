import type { Source } from '../paging.ts';
import { sortKeyAfter } from '../paging.ts';
import type { Table } from '../table/table.ts';
import type { Owed } from './posting.ts';
import { readOwedBetween, readPeriods } from './postings-items.ts';

/**
 * What each debtor owes an organisation for each month that it has closed, from one month on: by month, then by debtor.
 * Read from the sums that each posting raises, so it costs what it shows. Nothing while it has closed none.
 */
export function closedMonths(table: Table, creditor: string, from: string): Source<Owed> {
  return async (after, limit) => {
    const through = (await readPeriods(table, creditor))?.through;
    if (through === undefined || through < from) return [];
    return await readOwedBetween(table, { creditor, from, to: through }, limit, after);
  };
}

/** Where a list of closed months goes on after a cursor. */
export function closedMonthsAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^OWED#20\d{2}-\d{2}#org_[0-9a-z]{7}$/);
}
