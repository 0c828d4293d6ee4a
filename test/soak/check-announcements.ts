import type { Envelope } from '../../shared/events/envelope.ts';
import type { FeedEntry, FeedEvent } from '../../shared/events/feed-entry.ts';
import { contentOf, expectedEvents, expectedRestatement } from './expected-events.ts';
import { cohortIn, type Image } from './images.ts';
import { retell, type ToldChange } from './retell.ts';
import type { Violations } from './violations.ts';

/** An event that may be told, and where it has not been yet. */
interface Due {
  readonly cohort: string;
  readonly version: number;
  readonly content: string;
  readonly feeds: ReadonlySet<string>;
  readonly unseenIn: Set<string>;
  onBus: boolean;
  inHistory: boolean;
}

/** What the repairing sweep tells anew of aggregates that are not looked at here: they are never relayed. */
const notLookedAt = new Set(['cohort.restated', 'organisation.restated', 'place.record-restated']);

/** The feeds that the event went to, by what it says itself. */
const feedsOf = ({ audience }: Envelope) => new Set(audience === 'all' ? ['ALL'] : audience);

/**
 * Checks that what the images give is told, all of it and nothing else, to the bus, to history, and in the feeds of
 * exactly those who may know. Changes whose stream record was lost must be told anew instead, of a later image or their own;
 * only where records are lost (`restating`) may anything be told anew.
 */
export function checkAnnouncements(violations: Violations, { restating = false } = {}) {
  const dues = new Map<string, Due>();
  const restatements = new Map<string, Due>();
  const early: { readonly event: FeedEvent; readonly where: string; readonly told: (due: Due) => void }[] = [];
  const before = new Map<string, Image>();
  const followed = new Map<string, number>();
  const lost = new Map<string, Image>();

  function expect(image: Image): void {
    for (const { event, feeds } of expectedEvents(before.get(image.pk), image)) dues.set(event.id, dueOf(event, feeds));
    if (!restating) return;
    for (const { event, feeds } of expectedRestatement(image)) restatements.set(event.id, dueOf(event, feeds));
  }

  /** Judges an event once the image of its version has come: the repairing sweep reads the ledger sooner than its stream. */
  function hear(event: FeedEvent, where: string, told: (due: Due) => void): void {
    if (notLookedAt.has(event.type)) return;
    const newest = before.get(`COHORT#${event.aggregate}`)?.version ?? 0;
    if (event.aggregateVersion > newest) early.push({ event, where, told });
    else {
      const due = known(event, where);
      if (due !== undefined) told(due);
    }
  }

  /** Undefined, and a violation, when no image gives such an event. */
  function known(event: FeedEvent, where: string): Due | undefined {
    const due = dues.get(event.id) ?? restatements.get(event.id);
    if (due?.content === contentOf(event)) return due;
    violations.add('invented-event', where, `${event.id}: ${contentOf(event)} for ${due?.content ?? 'nothing'}`);
    return undefined;
  }

  function checkSpread(due: Due, event: Envelope, where: string): void {
    const told = feedsOf(event);
    if (told.size !== due.feeds.size || ![...told].every((feed) => due.feeds.has(feed)))
      violations.add('foreign-event', where, event.id);
  }

  /** Whether somebody who never saw an event has been told anew how things stand since. */
  function isMadeGood({ cohort, version }: Due, feed: string, toldAnew: ReadonlyMap<string, readonly Due[]>): boolean {
    return (toldAnew.get(cohort) ?? []).some(
      (due) => due.version >= version && (feed === 'bus' ? due.onBus : due.feeds.has(feed) && !due.unseenIn.has(feed)),
    );
  }

  return {
    image(image: Image): void {
      expect(image);
      before.set(image.pk, image);
      for (const { event, where, told } of early.splice(0)) hear(event, where, told);
    },

    /** The stream record of this image is lost: its events may be missing, if it is told anew. */
    lose(image: Image): void {
      lost.set(`${cohortIn(image)} ${String(image.version)}`, image);
    },

    bus(events: readonly Envelope[]): void {
      for (const event of events) {
        hear(event, 'bus', (due) => {
          due.onBus = true;
          checkSpread(due, event, 'bus');
        });
      }
    },

    /** What a follower reads, in the order in which it reads it; its positions must be without a gap. */
    follow(feed: string, entries: readonly FeedEntry[]): void {
      for (const { position, events } of entries) {
        const last = followed.get(feed) ?? 0;
        if (position !== last + 1) violations.add('feed-gap', `${feed} ${String(position)}`, `follows ${String(last)}`);
        followed.set(feed, position);
        for (const event of events) {
          hear(event, feed, (due) => {
            if (!due.feeds.has(feed)) violations.add('foreign-event', feed, event.id);
            due.unseenIn.delete(feed);
          });
        }
      }
    },

    /** A feed read whole at the end: what is in it, the follower must have seen. */
    whole(feed: string, entries: readonly FeedEntry[]): void {
      for (const { position, events } of entries) {
        for (const { id } of events) {
          const due = dues.get(id) ?? restatements.get(id);
          if (due?.unseenIn.delete(feed) === true)
            violations.add('skipped-entry', `${feed} ${String(position)}`, `${id} was never seen by the follower`);
        }
      }
    },

    /** A cohort's whole history by version: also tells it over again, and so sees who was told what in which order. */
    history(cohort: string, changes: readonly ToldChange[]): void {
      const newest = before.get(`COHORT#${cohort}`)?.version ?? 0;
      const versions = new Set(changes.map(({ version }) => version));
      for (let version = 1; version <= newest; version += 1) {
        if (versions.has(version) || lost.has(`${cohort} ${String(version)}`)) continue;
        violations.add('lost-version', `${cohort} ${String(version)}`, 'is not in history');
      }
      for (const event of changes.flatMap(({ events }) => events)) {
        hear(event, 'history', (due) => {
          due.inHistory = true;
          checkSpread(due, event, 'history');
        });
      }
      // With changes missing, the story cannot be told by what is left of it.
      if (lost.size === 0) retell(cohort, changes, violations, before.get(`COHORT#${cohort}`)?.order);
    },

    finish(): void {
      for (const { event, where } of early) known(event, where);
      const toldAnew = Map.groupBy([...restatements.values()].filter(isTold), ({ cohort }) => cohort);
      for (const [id, due] of dues) {
        const isLost = lost.has(`${due.cohort} ${String(due.version)}`);
        const missed = [...due.unseenIn, ...(due.onBus ? [] : ['bus'])];
        for (const feed of missed) {
          if (!isLost) violations.add('lost-event', feed, id);
          else if (!isMadeGood(due, feed, toldAnew)) violations.add('never-restated', feed, id);
        }
        if (!isLost && !due.inHistory) violations.add('lost-event', 'history', id);
      }
    },

    /** How many events the images gave, and how many of them are about something told anew. */
    get counts() {
      return { events: dues.size, lost: lost.size, restated: [...restatements.values()].filter(isTold).length };
    },
  };
}

function isTold({ onBus }: Due): boolean {
  return onBus;
}

function dueOf(event: FeedEvent, feeds: ReadonlySet<string>): Due {
  const { aggregate: cohort, aggregateVersion: version } = event;
  return {
    cohort,
    version,
    content: contentOf(event),
    feeds,
    unseenIn: new Set(feeds),
    onBus: false,
    inHistory: false,
  };
}
