import * as z from 'zod';
import { refusal } from './errors.ts';

/**
 * What every list takes: how many at most, and where the last page ended. The longest cursor is the directory's: a name of
 * 120 characters of three bytes each makes one of some 500.
 */
export const pageInput = {
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('How many at most'),
  after: z.string().min(1).max(800).optional().describe('The `next` of the page before'),
};

/** What every list answers: the items, and with `next` where to go on; without it, this was the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().describe('Give it as `after` for the next page; absent when there is no more'),
  });
}

export interface Page<Item> {
  readonly items: Item[];
  readonly next?: string;
}

/** Reads the rows of one sorted source that come behind a sort key, at most `limit` of them. */
export type Source<Row> = (after: string | undefined, limit: number) => Promise<readonly Row[]>;

interface PageRequest<Row, Item> {
  readonly sources: readonly Source<Row>[];
  /** The sort key that every source is sorted by. Rows of one sort key from two sources are the same row. */
  readonly sortKey: (row: Row) => string;
  /** The item to answer, or undefined to leave a row out. */
  readonly answer: (row: Row) => Item | undefined;
  /** As `sortKeyAfter` gives it. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** How often the sources are read for one page. A filter that leaves out nearly all gives a short page with a `next`. */
const mostRounds = 5;

/**
 * Reads one page of one or several sources that are sorted alike, as if they were one list. Each round reads every source
 * behind the same sort key and takes no more than was asked of each, so no row is ever passed over. A page may be short,
 * even empty, and still have a `next` when rows were left out.
 */
export async function readPage<Row, Item>(request: PageRequest<Row, Item>): Promise<Page<Item>> {
  const { sources, sortKey, answer, limit } = request;
  const items: Item[] = [];
  let after = request.after;
  for (let round = 0; round < mostRounds; round += 1) {
    const wanted = limit - items.length;
    const position = after;
    const read = await Promise.all(sources.map((source) => source(position, wanted)));
    const rows = inOrder(read.flat(), sortKey);
    const taken = rows.slice(0, wanted);
    for (const row of taken) {
      const item = answer(row);
      if (item !== undefined) items.push(item);
    }
    const last = taken.at(-1);
    const more = rows.length > wanted || read.some((part) => part.length === wanted);
    if (last === undefined || !more) return { items };
    after = sortKey(last);
    if (items.length === limit) break;
  }
  return after === undefined ? { items } : { items, next: cursorOf(after) };
}

/** How many rows are read at once of what is read to its end. */
const rowsAtOnce = 200;

/** Reads a source to its end, but no more than so many rows; and says whether those are all. */
export async function readUpTo<Row>(
  source: Source<Row>,
  sortKey: (row: Row) => string,
  most: number,
): Promise<{ readonly rows: readonly Row[]; readonly isAll: boolean }> {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    // One more than is wanted tells whether there are more.
    const wanted = Math.min(rowsAtOnce, most + 1 - rows.length);
    const read = await source(last === undefined ? undefined : sortKey(last), wanted);
    rows.push(...read);
    if (read.length < wanted || rows.length > most) break;
  }
  return { rows: rows.slice(0, most), isAll: rows.length <= most };
}

/** Sorted as DynamoDB sorts, by the bytes of the sort key, and each sort key once. */
function inOrder<Row>(rows: readonly Row[], sortKey: (row: Row) => string): Row[] {
  const byKey = new Map(rows.map((row) => [sortKey(row), row]));
  return [...byKey]
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([, row]) => row);
}

/** The opaque cursor that stands for a sort key. */
export function cursorOf(sortKey: string): string {
  return Buffer.from(sortKey).toString('base64url');
}

/**
 * The sort key that a cursor stands for. `pattern` is what the list's sort keys look like.
 * Refuses with `request.invalid` what no page of this list gave.
 */
export function sortKeyAfter(cursor: string | undefined, pattern: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(sortKey) === cursor && pattern.test(sortKey)) return sortKey;
  throw refusal('request.invalid', undefined, {
    fields: [{ field: 'after', message: 'This is not the `next` of a page of this list' }],
  });
}
