import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { FeedEvent } from '../../../shared/events/feed-entry.ts';
import { keepFeed, openFeeds, readFeed } from '../../../shared/events/feeds.ts';
import { keys } from '../../../shared/table/keys.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { injectFaults } from '../../support/faults.ts';
import { createTestTable, databaseClient, type TestTable } from '../../support/table.ts';

const day = 86_400_000;
const clock = movableClock();
let database: TestTable;
let table: Table;

beforeAll(async () => {
  database = await createTestTable();
  ({ table } = database);
});
afterAll(async () => {
  await database.remove();
});

const event = (id: string): FeedEvent => ({
  id,
  type: 'place.claimed',
  version: 1,
  at: clock.now().toISOString(),
  aggregate: 'coh_0123456789ab',
  aggregateVersion: 1,
  data: {},
});
const append = async (feed: string, id: string, feeds = openFeeds(table)) =>
  await feeds.append(feed, [event(id)], clock.now());
const read = async (feed: string, after?: number, limit = 100) =>
  await readFeed(table, feed, after, limit, clock.now());
const idsIn = (entries: Awaited<ReturnType<typeof read>>) =>
  entries.flatMap(({ events }) => events.map(({ id }) => id));
/** Takes an entry away, as the table does some time after it has expired, in no particular order. */
const expire = async (feed: string, ...positions: readonly number[]) => {
  for (const position of positions) await table.delete(keys.feedEntry(feed, position));
};

describe('appending to a feed', () => {
  test('gives the positions one, two, three, whoever appends', async () => {
    expect([await append('three', 'a'), await append('three', 'b'), await append('three', 'c')]).toEqual([1, 2, 3]);
    expect((await read('three')).map(({ position, events }) => [position, events[0]?.id])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(await append('another', 'a')).toBe(1);
  });

  test('by many at the same moment leaves no gap and loses nothing', async () => {
    const writers = Array.from({ length: 4 }, () => openFeeds(table));
    const appends = writers.flatMap((feeds, writer) =>
      Array.from({ length: 6 }, async (_, index) => await append('busy', `${String(writer)}.${String(index)}`, feeds)),
    );
    const positions = await Promise.all(appends);
    expect([...positions].sort((one, other) => one - other)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    const entries = await read('busy');
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(new Set(idsIn(entries)).size).toBe(24);
  });

  test('by one writer, more at once than it has attempts, costs one write each, and a failure holds up no other', async () => {
    let puts = 0;
    const counted = openFeeds({
      ...table,
      put: async (item, onlyIf) => {
        puts += 1;
        if (puts === 3) throw new Error('The connection was reset');
        return await table.put(item, onlyIf);
      },
    });
    const ids = Array.from({ length: 120 }, (_, index) => String(index));
    const appended = await Promise.allSettled(ids.map(async (id) => await append('one writer', id, counted)));
    expect(appended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(puts).toBe(120);
    expect(idsIn(await read('one writer', undefined, 200))).toEqual(ids.filter((id) => id !== '2'));
  });

  test('needs no read where the writer remembers the end, and finds it anew where another came first', async () => {
    let reads = 0;
    const counted = openFeeds({
      ...table,
      query: async (options, schema) => {
        reads += 1;
        return await table.query(options, schema);
      },
    });
    for (const id of ['a', 'b', 'c']) await append('quiet', id, counted);
    expect(reads).toBe(1);
    await append('quiet', 'd');
    expect(await append('quiet', 'e', counted)).toBe(5);
    expect(reads).toBe(2);
  });

  test('whose acknowledgement is lost may put an entry twice, never over another', async () => {
    const client = databaseClient();
    const counts = injectFaults(client, { lost: 0.4, throttled: 0, conflicts: 0 }, seededNumbers(5));
    const faulty = openFeeds(openTable(client, database.name));
    for (let i = 0; i < 12; i += 1) {
      let isDone = false;
      while (!isDone) {
        isDone = await append('lossy', String(i), faulty).then(
          () => true,
          () => false,
        );
      }
    }
    client.destroy();
    expect(counts.lost).toBeGreaterThan(3);
    const entries = await read('lossy');
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
    const firsts = [...new Set(idsIn(entries))];
    expect(firsts).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  });

  test('control: without the condition that the position is free, entries are overwritten', async () => {
    const careless: Table = { ...table, put: async (item) => await table.put(item) };
    const writers = [openFeeds(careless), openFeeds(careless)];
    for (const id of ['a', 'b', 'c', 'd']) {
      for (const feeds of writers) await append('careless', id, feeds);
    }
    expect((await read('careless')).length).toBeLessThan(8);
  });

  test('gives up when others come first fifty times, so that the stream brings it again', async () => {
    const overtaken: Table = { ...table, put: async () => await Promise.resolve(false) };
    await expect(append('overtaken', 'a', openFeeds(overtaken))).rejects.toMatchObject({ code: 'request.busy' });
  });
});

describe('reading a feed', () => {
  test('goes on behind a position, so many at once; nothing new is nothing', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await append('pages', id);
    expect(idsIn(await read('pages', undefined, 2))).toEqual(['a', 'b']);
    expect(idsIn(await read('pages', 0, 2))).toEqual(['a', 'b']);
    expect(idsIn(await read('pages', 2, 2))).toEqual(['c', 'd']);
    expect(idsIn(await read('pages', 4, 2))).toEqual(['e']);
    expect(await read('pages', 5, 2)).toEqual([]);
    expect(await read('nothing yet')).toEqual([]);
  });

  test('is refused behind what is kept no longer, wherever the gap is: right there or further on', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await append('gaps', id);
    await expire('gaps', 1, 2, 4);
    await expect(read('gaps', 0)).rejects.toMatchObject({ code: 'event.expired' });
    await expect(read('gaps', 1)).rejects.toMatchObject({ code: 'event.expired' });
    await expect(read('gaps', 2)).rejects.toMatchObject({ code: 'event.expired' });
    await expect(read('gaps', 3)).rejects.toMatchObject({ code: 'event.expired' });
    expect(idsIn(await read('gaps', 4))).toEqual(['e', 'f']);
  });

  test('from its beginning is from the oldest that is kept: what has expired but is there still may have gaps', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await append('old', id);
    clock.moveBy(80 * day);
    for (const id of ['f', 'g', 'h']) await append('old', id);
    clock.moveBy(11 * day);
    await expire('old', 2, 4);
    for (const limit of [1, 2, 3, 100]) {
      const seen: string[] = [];
      let after: number | undefined;
      for (;;) {
        const entries = await read('old', after, limit);
        if (entries.length === 0) break;
        seen.push(...idsIn(entries));
        after = entries.at(-1)?.position ?? after;
      }
      expect(seen).toEqual(['f', 'g', 'h']);
    }
  });
});

describe('a quiet feed', () => {
  const expiryOf = async (feed: string, position: number) =>
    (await table.get(keys.feedEntry(feed, position), z.object({ expires: z.int() })))?.expires;

  test('keeps its newest entry, from which the next position is counted, and that one alone', async () => {
    await append('kept', 'a');
    await append('kept', 'b');
    const first = await expiryOf('kept', 2);
    clock.moveBy(59 * day);
    await keepFeed(table, 'kept', clock.now());
    expect(await expiryOf('kept', 2)).toBe(first);
    clock.moveBy(2 * day);
    await keepFeed(table, 'kept', clock.now());
    expect(await expiryOf('kept', 2)).toBe(Math.floor(clock.now().getTime() / 1000) + 90 * 86_400);
    expect(await expiryOf('kept', 1)).toBe(first);
    clock.moveBy(40 * day);
    await expire('kept', 1);
    expect(idsIn(await read('kept'))).toEqual(['b']);
    expect(await append('kept', 'c')).toBe(3);
    expect(await expiryOf('kept', 3)).toBeGreaterThan((await expiryOf('kept', 2)) ?? 0);
  });

  test('control: one that is not kept begins again at one, behind readers who are further on', async () => {
    await append('lost', 'a');
    await append('lost', 'b');
    clock.moveBy(91 * day);
    await expire('lost', 1, 2);
    expect(await append('lost', 'c')).toBe(1);
    expect(await read('lost', 2)).toEqual([]);
  });

  test('that is empty stays so', async () => {
    await keepFeed(table, 'empty', clock.now());
    expect(await read('empty')).toEqual([]);
  });
});
