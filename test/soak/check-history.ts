import type { Envelope } from '../../shared/events/envelope.ts';
import { readEntries } from '../../shared/events/feeds-items.ts';
import type { FeedEntry } from '../../shared/events/feed-entry.ts';
import { readHistory } from '../../shared/events/history-items.ts';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';
import { checkAnnouncements, epoch } from './check-announcements.ts';
import { checkAnswers, type Call } from './check-answers.ts';
import { checkLedger, type LedgerFacts } from './check-ledger.ts';
import { checkViews } from './check-views.ts';
import { cohortIn, imageSchema, type Image } from './images.ts';
import type { Violations } from './violations.ts';

const pageSize = 100;

/** What stands in a history's table: its cohorts with what the checker must know of them, and who takes part. */
export interface HistoryFacts {
  readonly cohorts: ReadonlyMap<string, LedgerFacts>;
  /** Those who have a feed; the feed of all is looked at too. */
  readonly organisations: readonly string[];
}

/**
 * The history checker. It is given every image of the ledgers in the order of the table's stream, what each caller was
 * told, what reached the bus and what followers of the feeds read, and finally looks at the table itself. It never
 * searches for an order that would explain a history: tickets and versions say what the order was, so its time is linear
 * in the history's length (times the size of a ledger).
 */
export function checkHistory({ cohorts, organisations }: HistoryFacts, violations: Violations) {
  const announcements = checkAnnouncements(violations);
  const newest = new Map<string, Image>();
  const checks = new Map(
    [...cohorts].map(([cohort, facts]) => [
      cohort,
      { ledger: checkLedger(facts, violations), answers: checkAnswers(violations) },
    ]),
  );

  return {
    bus(events: readonly Envelope[]): void {
      announcements.bus(events);
    },

    follow(feed: string, entries: readonly FeedEntry[]): void {
      announcements.follow(feed, entries);
    },

    image(item: unknown): void {
      const image = imageSchema.parse(item);
      const cohort = cohortIn(image);
      newest.set(cohort, image);
      announcements.image(image);
      checks.get(cohort)?.ledger(image);
      checks.get(cohort)?.answers.image(image);
    },

    call(call: Call): void {
      checks.get(call.cohort)?.answers.call(call);
    },

    /** Looks at everything that is kept, once all is relayed and the followers have read to the end. */
    async finish(table: Table): Promise<{ readonly versions: number; readonly events: number }> {
      let versions = 0;
      for (const [cohort, image] of newest) {
        versions += image.version;
        checks.get(cohort)?.answers.finish();
        announcements.history(image.pk, await wholeHistory(table, cohort));
        await checkViews(table, image, organisations, violations);
      }
      for (const feed of ['ALL', ...organisations]) announcements.whole(feed, await wholeFeed(table, feed));
      announcements.finish();
      return { versions, events: announcements.events };
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
