import { setTimeout as pause } from 'node:timers/promises';
import type { FeedEntry } from '../../shared/events/feed-entry.ts';

/** Reads entries of a feed behind a position. */
export type ReadFeed = (feed: string, after: number, limit: number) => Promise<readonly FeedEntry[]>;

const pageSize = 100;

export interface Followers {
  /** Reads every feed to its end, and stops. */
  finish(): Promise<void>;
}

export interface FollowerOptions {
  readonly read: ReadFeed;
  readonly seen: (feed: string, entries: readonly FeedEntry[]) => void;
  readonly onFault: (error: unknown) => void;
  /** How long a follower waits that has come to the end, unless it is to finish. */
  readonly restMilliseconds: number;
}

/** Reads feeds over and over while they are written, each from where it was, and tells `seen` what came. */
export function followFeeds(
  feeds: readonly string[],
  { read, seen, onFault, restMilliseconds }: FollowerOptions,
): Followers {
  let finishing = false;
  let end = () => {};
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  async function follow(feed: string): Promise<void> {
    let after = 0;
    for (;;) {
      const last = finishing;
      const entries = await read(feed, after, pageSize);
      seen(feed, entries);
      after = entries.at(-1)?.position ?? after;
      if (last && entries.length === 0) return;
      if (entries.length < pageSize && !last) await Promise.race([pause(restMilliseconds), ending]);
    }
  }
  const following = Promise.all(feeds.map(async (feed) => await follow(feed).catch(onFault)));
  return {
    async finish() {
      finishing = true;
      end();
      await following;
    },
  };
}
