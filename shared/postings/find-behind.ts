import type { Table } from '../table/table.ts';
import type { Posting } from './posting.ts';
import { readBehind } from './postings-items.ts';

/** How many postings are followed. */
const mostBehind = 50;

/**
 * What is behind a posting, the nearest first: what a reversal reverses, what an adjustment stands in for, and so on, down to what
 * was posted by itself; nothing for such a one. Fifty at most; one of the last second, and what is behind it, may be missing.
 */
export async function findBehind(table: Table, posting: Posting): Promise<Posting[]> {
  const behind: Posting[] = [];
  let next = await readBehind(table, posting);
  while (next !== undefined && behind.length < mostBehind) {
    behind.push(next);
    next = await readBehind(table, next);
  }
  return behind;
}
