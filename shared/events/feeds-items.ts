import { keys } from '../table/keys.ts';
import { absent, type Table } from '../table/table.ts';
import { feedEntrySchema, type FeedEntry } from './feed-entry.ts';

/** Puts an entry at its position; false when another is there already (unless it is to be replaced). */
export async function putEntry(
  table: Table,
  feed: string,
  entry: FeedEntry,
  options: { replace?: boolean } = {},
): Promise<boolean> {
  return await table.put(
    { ...keys.feedEntry(feed, entry.position), ...entry },
    options.replace === true ? undefined : absent,
  );
}

/** The entry at the end of a feed. */
export async function newestEntry(table: Table, feed: string): Promise<FeedEntry | undefined> {
  const newest = await table.query(
    { pk: keys.feed(feed), limit: 1, newestFirst: true, consistent: true },
    feedEntrySchema,
  );
  return newest[0];
}

/** Entries behind a position, oldest first. */
export async function readEntries(table: Table, feed: string, after: number, limit: number): Promise<FeedEntry[]> {
  const from = keys.feedEntry(feed, after);
  return await table.query({ pk: from.pk, after: from.sk, limit, consistent: true }, feedEntrySchema);
}
