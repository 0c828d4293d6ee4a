import type { Source } from '../paging.ts';
import type { Table } from '../table/table.ts';
import type { Posting } from './posting.ts';
import { readPostings } from './postings-items.ts';

type Partition = Pick<Posting, 'creditor' | 'debtor' | 'period'>;

/** The postings between a creditor and a debtor for a period, as they are at this moment, by their ids; a page at a time. */
export function periodPostingsSource(table: Table, partition: Partition): Source<Posting> {
  return async (after, limit) => await readPostings(table, partition, limit, after);
}
