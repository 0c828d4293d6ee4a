import { epochSeconds } from '../clock.ts';
import { refusal } from '../errors.ts';
import type { Table } from '../table/table.ts';
import type { Envelope } from './envelope.ts';
import type { FeedEntry, FeedEvent } from './feed-entry.ts';
import { newestEntry, putEntry, readEntries } from './feeds-items.ts';

/** Feeds are kept for ninety days. */
const keptSeconds = 90 * 86_400;
/** The newest entry is given its ninety days anew once it has this little time left: the next position is counted from it. */
const renewedSeconds = 30 * 86_400;
/** How many others may append at the same moment before an append gives up; the stream brings it again. */
const attempts = 50;

/**
 * Appends to feeds and remembers where each ends, so that the next append usually needs no read. A position is the last one
 * plus one, won by a conditional write: never a time, never skipped, and visible only after all before it are.
 * The memory is only a guess; a refused guess reads where the feed really ends.
 */
export interface FeedWriter {
  append(feed: string, events: readonly FeedEvent[], now: Date): Promise<number>;
}

/**
 * Makes a writer of feeds on this table. What it is asked to append to one feed at the same moment it appends one after the
 * other, so that it never stands in its own way; another writer may. Each append refuses with `request.busy` after fifty
 * others came first.
 */
export function openFeeds(table: Table): FeedWriter {
  const last = new Map<string, number>();
  const turns = new Map<string, Promise<unknown>>();

  async function appendNow(feed: string, events: readonly FeedEvent[], now: Date): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const position = (last.get(feed) ?? (await endOf(table, feed))) + 1;
      const entry = { position, events: [...events], expires: epochSeconds(now) + keptSeconds };
      if (await putEntry(table, feed, entry)) {
        last.set(feed, position);
        return position;
      }
      last.delete(feed);
    }
    throw refusal('request.busy', `The feed ${feed} is being appended to too often`);
  }

  return {
    async append(feed, events, now) {
      const turn = turns.get(feed) ?? Promise.resolve();
      const appended = turn.then(async () => await appendNow(feed, events, now));
      // Whoever comes next waits until this one is done, whatever came of it.
      const settled = appended.then(
        () => undefined,
        () => undefined,
      );
      turns.set(feed, settled);
      try {
        return await appended;
      } finally {
        if (turns.get(feed) === settled) turns.delete(feed);
      }
    },
  };
}

async function endOf(table: Table, feed: string): Promise<number> {
  return (await newestEntry(table, feed))?.position ?? 0;
}

/**
 * Entries of a feed after a position, oldest first, read consistently; without one, from the oldest that is kept.
 * Refuses with `event.expired` when entries right after the position are no longer kept, so that no gap goes unseen.
 */
export async function readFeed(
  table: Table,
  feed: string,
  after: number | undefined,
  limit: number,
  now: Date,
): Promise<FeedEntry[]> {
  if (after === undefined) return await readOldest(table, feed, limit, now);
  const entries = await readEntries(table, feed, after, limit);
  // What expires goes in no particular order, so there may be gaps behind the first entry too.
  const gap = entries.some(({ position }, index) => position !== (entries[index - 1]?.position ?? after) + 1);
  if (gap) throw refusal('event.expired');
  return entries;
}

/**
 * The oldest entries whose time has not run out. Those before them may be there for some days yet, with gaps between; who
 * began there would be told at the first gap to begin anew, over and over.
 */
async function readOldest(table: Table, feed: string, limit: number, now: Date): Promise<FeedEntry[]> {
  let after: number | undefined = 0;
  let kept: FeedEntry[] = [];
  while (after !== undefined && kept.length === 0) {
    const entries: readonly FeedEntry[] = await readEntries(table, feed, after, limit);
    kept = entries.filter(({ expires }) => expires === undefined || expires > epochSeconds(now));
    after = entries.at(-1)?.position;
  }
  return kept;
}

/**
 * Keeps the newest entry of a quiet feed from expiring: without it the feed would begin again at one. It still expires
 * before the next that is appended, so that a feed is always one run of positions.
 */
export async function keepFeed(table: Table, feed: string, now: Date): Promise<void> {
  const newest = await newestEntry(table, feed);
  if (newest?.expires === undefined || newest.expires > epochSeconds(now) + renewedSeconds) return;
  await putEntry(table, feed, { ...newest, expires: epochSeconds(now) + keptSeconds }, { replace: true });
}

/** The feeds that an event goes to. */
export function feedsOf(envelope: Envelope): readonly string[] {
  return envelope.audience === 'all' ? [feedOfAll] : envelope.audience;
}

/** The feed of what every organisation may see. */
export const feedOfAll = 'ALL';
