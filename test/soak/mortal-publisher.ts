import type { z } from 'zod';
import type { FeedWriter } from '../../shared/events/feeds.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import type { Key } from '../../shared/table/keys.ts';
import type { Condition, Item, QueryOptions, Table, TransactionWrite, Update } from '../../shared/table/table.ts';

/** What is thrown by everything that a dead relay still tries. */
export class Killed extends Error {
  constructor() {
    super('Injected: the relay was killed');
    this.name = 'Killed';
  }
}

export interface MortalPublisher {
  readonly publisher: Publisher;
  readonly dead: boolean;
}

/**
 * A publisher, as one relay Lambda has it, that may die before or after anything it does, with this chance each time.
 * From then on nothing of it reaches the table, the feeds or the bus: as when Lambda kills it.
 */
export function mortalPublisher(
  publisher: Publisher,
  feedsOf: (table: Table) => FeedWriter,
  chance: number,
  numbers: () => number,
): MortalPublisher {
  let dead = false;
  async function live<T>(work: () => Promise<T>): Promise<T> {
    dead ||= numbers() < chance / 2;
    if (dead) throw new Killed();
    const result = await work();
    dead ||= numbers() < chance / 2;
    if (dead) throw new Killed();
    return result;
  }
  const { table, bus, clock } = publisher;
  const mortal: Table = {
    get: async <T>(key: Key, schema: z.ZodType<T>, options?: { consistent?: boolean }) =>
      await live(async () => await table.get(key, schema, options)),
    getMany: async <T>(keys: readonly Key[], schema: z.ZodType<T>) =>
      await live(async () => await table.getMany(keys, schema)),
    query: async <T>(options: QueryOptions, schema: z.ZodType<T>) =>
      await live(async () => await table.query(options, schema)),
    put: async (item: Item, onlyIf?: Condition) => await live(async () => await table.put(item, onlyIf)),
    update: async <T>(key: Key, change: Update, schema: z.ZodType<T>) =>
      await live(async () => await table.update(key, change, schema)),
    delete: async (key: Key, onlyIf?: Condition) => await live(async () => await table.delete(key, onlyIf)),
    transact: async (writes: readonly TransactionWrite[]) => await live(async () => await table.transact(writes)),
  };
  return {
    publisher: {
      table: mortal,
      feeds: feedsOf(mortal),
      clock,
      bus: {
        put: async (events) => {
          await live(async () => {
            await bus.put(events);
          });
        },
      },
    },
    get dead() {
      return dead;
    },
  };
}
