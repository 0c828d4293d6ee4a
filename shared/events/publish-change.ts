import type { AggregateDefinition } from '../aggregate.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { applyView } from './apply-view.ts';
import { enclose, type ChangeFacts, type Envelope } from './envelope.ts';
import { feedsOf, type FeedWriter } from './feeds.ts';
import { putHistory } from './history-items.ts';

/** Where events leave for everybody who listens; throws when one of them was not taken. */
export interface Bus {
  put(events: readonly Envelope[]): Promise<void>;
}

/** What publishing reaches. */
export interface Publisher {
  readonly table: Table;
  readonly feeds: FeedWriter;
  readonly bus: Bus;
  readonly clock: Clock;
}

/** A committed change, as the table's stream tells it. */
export interface CommittedChange {
  readonly definition: AggregateDefinition;
  readonly facts: ChangeFacts;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Publishes a committed change: its views, the feeds of those who may know, the bus, and last its history, which is the
 * receipt that all of it was done. Killed at any point and done again, it repeats events under the same ids and loses none.
 */
export async function publishChange(publisher: Publisher, change: CommittedChange): Promise<void> {
  const { definition, facts, before, after } = change;
  const events = definition.eventsOf(before, after).map((announcement) => enclose(announcement, facts));
  for (const view of definition.viewsOf(before, after)) await applyView(publisher.table, view);
  await announce(publisher, events);
  await putHistory(publisher.table, facts, events, publisher.clock.now());
}

/** Puts events into the feeds of those who may know, one entry a feed, and on the bus. */
export async function announce(publisher: Publisher, events: readonly Envelope[]): Promise<void> {
  if (events.length === 0) return;
  const perFeed = new Map<string, Envelope[]>();
  for (const event of events) {
    for (const feed of feedsOf(event)) perFeed.set(feed, [...(perFeed.get(feed) ?? []), event]);
  }
  const now = publisher.clock.now();
  const appends = [...perFeed].map(async ([feed, told]) => {
    const shown = told.map(({ audience: _audience, ...event }) => event);
    await publisher.feeds.append(feed, shown, now);
  });
  await Promise.all([...appends, publisher.bus.put(events)]);
}
