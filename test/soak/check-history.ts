import type { Envelope } from '../../shared/events/envelope.ts';
import { readEntries } from '../../shared/events/feeds-items.ts';
import type { FeedEntry } from '../../shared/events/feed-entry.ts';
import { readHistory } from '../../shared/events/history-items.ts';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';
import { checkAnnouncements } from './check-announcements.ts';
import type { Call } from './calls.ts';
import { checkAnswers } from './check-answers.ts';
import { checkLedger, type LedgerFacts } from './check-ledger.ts';
import { checkViews } from './check-views.ts';
import { epoch } from './expected-events.ts';
import { cohortIn, imageSchema, type Image } from './images.ts';
import type { Violations } from './violations.ts';

const pageSize = 100;

/** What stands in a history's table: its cohorts with what the checker must know of them, and who takes part. */
export interface HistoryFacts {
  readonly cohorts: ReadonlyMap<string, LedgerFacts>;
  /** Those who have a feed; the feed of all is looked at too. */
  readonly organisations: readonly string[];
  /** Whether stream records are lost, so that things may be told anew. */
  readonly restating: boolean;
}

/** What the checker has looked at, to be told in a summary. */
export interface Looked {
  readonly versions: number;
  /** How many writes of the ledgers were of which type. */
  readonly changes: Readonly<Record<string, number>>;
  readonly events: number;
  /** Changes whose stream record was lost, and events that told anew how things stand. */
  readonly lost: number;
  readonly restated: number;
}

/**
 * The history checker. It is given every image of the ledgers in the order of the table's stream, what each caller was
 * told, what reached the bus and what followers of the feeds read, and finally looks at the table itself. It never
 * searches for an order that would explain a history: tickets and versions say what the order was, so its time is linear
 * in the history's length (times the size of a ledger, which is bounded).
 */
export function checkHistory({ cohorts, organisations, restating }: HistoryFacts, violations: Violations) {
  const announcements = checkAnnouncements(violations, { restating });
  const newest = new Map<string, Image>();
  const changes: Record<string, number> = {};
  const checks = new Map(
    [...cohorts].map(([cohort, facts]) => [
      cohort,
      { ledger: checkLedger(facts, violations), answers: checkAnswers(facts, violations) },
    ]),
  );

  return {
    bus(events: readonly Envelope[]): void {
      announcements.bus(events);
    },

    follow(feed: string, entries: readonly FeedEntry[]): void {
      announcements.follow(feed, entries);
    },

    image(item: unknown, { lost = false } = {}): void {
      const image = imageSchema.parse(item);
      const cohort = cohortIn(image);
      newest.set(cohort, image);
      changes[image.change.type] = (changes[image.change.type] ?? 0) + 1;
      announcements.image(image);
      if (lost) announcements.lose(image);
      checks.get(cohort)?.ledger(image);
      checks.get(cohort)?.answers.image(image);
    },

    call(call: Call): void {
      checks.get(call.cohort)?.answers.call(call);
    },

    /**
     * Looks at everything that is kept in the table, once all is relayed and the followers have read to the end; without
     * one, only at the answers that are still to be explained.
     */
    async finish(table: Table | undefined): Promise<Looked> {
      let versions = 0;
      for (const [cohort, image] of newest) {
        versions += image.version;
        checks.get(cohort)?.answers.finish();
        if (table === undefined) continue;
        announcements.history(cohort, await wholeHistory(table, cohort));
        await checkViews(table, image, organisations, violations);
      }
      if (table !== undefined) {
        for (const feed of ['ALL', ...organisations]) announcements.whole(feed, await wholeFeed(table, feed));
        announcements.finish();
      }
      return { versions, changes, ...announcements.counts };
    },
  };
}
export type HistoryChecker = ReturnType<typeof checkHistory>;

async function wholeFeed(table: Table, feed: string): Promise<FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (;;) {
    const page = await readEntries(table, feed, entries.at(-1)?.position ?? 0, pageSize);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

async function wholeHistory(table: Table, cohort: string) {
  const changes: Awaited<ReturnType<typeof readHistory>> = [];
  for (;;) {
    const page = await readHistory(table, keys.ledger(cohort), epoch, changes.at(-1)?.version ?? 0, pageSize);
    if (page.length === 0) return changes;
    changes.push(...page);
  }
}
