import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { relayRecords } from '../../functions/relay/relay-records.ts';
import { applyView } from '../../shared/events/apply-view.ts';
import { enclose } from '../../shared/events/envelope.ts';
import type { FeedWriter } from '../../shared/events/feeds.ts';
import { putEntry, readEntries } from '../../shared/events/feeds-items.ts';
import { putHistory } from '../../shared/events/history-items.ts';
import { announce, type Bus } from '../../shared/events/publish-change.ts';
import { ledgerAggregate } from '../../shared/places/places-aggregate.ts';
import { keys } from '../../shared/table/keys.ts';
import type { Table, Update } from '../../shared/table/table.ts';
import { BusFailed } from './failing-bus.ts';
import type { ReadFeed } from './follow-feeds.ts';
import { cohortIn, imageSchema } from './images.ts';
import type { Relay } from './relay-lanes.ts';

/** A table on which views are written whatever stands there, be it newer. */
export function withoutViewGuard(table: Table): Table {
  return {
    ...table,
    update: async (key, change, schema) => {
      const { condition, ...unguarded } = change;
      return await table.update(key, condition?.includes('#guard') === true ? unguarded : change, schema);
    },
  };
}

const changeSchema = z.object({ ':change': z.object({ type: z.string() }) });

/** The type of the change that a write makes. */
function typeOf({ values }: Update): string | undefined {
  return changeSchema.safeParse(values).data?.[':change'].type;
}

/** A table on which a change of a ledger takes its time between what was read and what is written. */
export function slowlyWritten(table: Table, mostMilliseconds: number): Table {
  return {
    ...table,
    update: async (key, change, schema) => {
      if (key.sk === 'LEDGER') await pause(Math.random() * mostMilliseconds);
      return await table.update(key, change, schema);
    },
  };
}

/** A table on which changes of one type are made as `careless` makes them. */
export function only(type: string, careless: (table: Table) => Table): (table: Table) => Table {
  return (table) => ({
    ...table,
    update: async (key, change, schema) =>
      await (typeOf(change) === type ? careless(table) : table).update(key, change, schema),
  });
}

/** A table on which a ledger is read as `change` shows it. */
function readAs(table: Table, change: (ledger: Readonly<Record<string, unknown>>) => object): Table {
  const known = z.record(z.string(), z.unknown());
  return {
    ...table,
    get: async (key, schema, options) => {
      const shown = key.sk === 'LEDGER' ? z.preprocess((item) => change(known.parse(item)), schema) : schema;
      return await table.get(key, shown, options);
    },
  };
}

const everyTicket = new Set(Array.from({ length: 2000 }, (_none, index) => index + 1));

/** A table on which it seems that the holders of all places were reminded. */
export function asIfReminded(table: Table): Table {
  return readAs(table, (ledger) => ({ ...ledger, reminded: everyTicket }));
}

/** The same, and nobody seems to be named anywhere. */
export function asIfUnnamed(table: Table): Table {
  return readAs(table, ({ named: _named, ...ledger }) => ({ ...ledger, reminded: everyTicket }));
}

/** A table on which a release is due where a reminder is. */
export function releasedForReminders(table: Table): Table {
  const known = z.record(z.string(), z.unknown());
  return {
    ...table,
    query: async (options, schema) => {
      const shown = z.preprocess((item) => {
        const due = known.parse(item);
        return due['kind'] === 'remind-naming' ? { ...due, kind: 'release-places' } : due;
      }, schema);
      return await table.query(options, options.index === undefined ? schema : shown);
    },
  };
}

/** A table on which it seems that no place ever lost a name. */
export function asIfNeverUnnamed(table: Table): Table {
  return readAs(table, ({ unnamed: _unnamed, ...ledger }) => ledger);
}

/** Feeds whose positions are the time, in tenths of a millisecond; one relay gets its entry written sooner than another. */
export function feedsByTheClock(table: Table): FeedWriter {
  return {
    async append(feed, events, now) {
      for (;;) {
        const position = Math.round(performance.now() * 10);
        await pause(Math.random() * 250);
        const entry = { position, events: [...events], expires: Math.round(now.getTime() / 1000) + 86_400 };
        if (await putEntry(table, feed, entry)) return position;
      }
    },
  };
}

/** Follows a feed by nothing but positions: what else than one after the other can only be read so. */
export function readByPosition(table: Table): ReadFeed {
  return async (feed, after, limit) => await readEntries(table, feed, after, limit);
}

/** A table on which what is put goes over what stands there. */
export function withoutFreePositions(table: Table): Table {
  return {
    ...table,
    put: async (item, onlyIf) => await table.put(item, item.pk.startsWith('FEED#') ? undefined : onlyIf),
  };
}

/** A bus of which nobody notices that it did not take everything. */
export function unheardFailures(bus: Bus): Bus {
  return {
    put: async (events) => {
      await bus.put(events).catch((error: unknown) => {
        if (!(error instanceof BusFailed)) throw error;
      });
    },
  };
}

/** Relays records so that the receipt comes first, and what it is the receipt of comes after it. */
export const receiptFirst: Relay = async (publisher, epoch, records) => {
  for (const { dynamodb } of records) {
    const [before, after] = [imageOf(dynamodb?.OldImage), imageOf(dynamodb?.NewImage)];
    const { version, change, pk } = imageSchema.parse(after);
    const facts = { key: keys.ledger(cohortIn({ pk })), epoch, version, at: change.at };
    const name = keys.history(facts.key, epoch, version);
    if ((await publisher.table.get(name, z.unknown(), { consistent: true })) !== undefined) continue;
    const events = ledgerAggregate.eventsOf(before, after).map((announcement) => enclose(announcement, facts));
    await putHistory(publisher.table, facts, events, publisher.clock.now());
    for (const view of ledgerAggregate.viewsOf(before, after)) await applyView(publisher.table, view);
    await announce(publisher, events);
  }
  return { published: records.length, failures: [] };
};

/** A relay that passes over a change once a later one of the same cohort is relayed. */
export function newestOnly(): Relay {
  const newest = new Map<string, number>();
  return async (publisher, epoch, records) => {
    const current = records.filter(({ dynamodb }) => {
      const { pk, version } = imageSchema.parse(imageOf(dynamodb?.NewImage));
      const isOvertaken = version < (newest.get(pk) ?? 0);
      newest.set(pk, Math.max(version, newest.get(pk) ?? 0));
      return !isOvertaken;
    });
    return await relayRecords(publisher, epoch, current);
  };
}

const notationSchema = z.custom<Parameters<typeof unmarshall>[0]>((value) => typeof value === 'object');

function imageOf(image: unknown): unknown {
  return image === undefined ? undefined : unmarshall(notationSchema.parse(image));
}
