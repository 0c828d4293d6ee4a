import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { isBusyTable } from '../../../shared/table/busy-table.ts';
import { openTable } from '../../../shared/table/table.ts';
import { createTestTable, databaseClient, type TestTable } from '../../support/table.ts';
import { leaveUnprocessed } from '../../support/unprocessed-keys.ts';

const names = Array.from({ length: 8 }, (_, index) => `NAME#${String(index)}`);
const keysOf = (wanted: readonly string[]) => wanted.map((pk) => ({ pk, sk: 'ITEM' }));
const schema = z.object({ pk: z.string() });
let database: TestTable;

beforeAll(async () => {
  database = await createTestTable();
  await Promise.all(keysOf(names).map(async (item) => await database.table.put(item)));
});
afterAll(async () => {
  await database.remove();
});

/** A table that leaves keys unprocessed so many times; and how often it is asked. */
function busyFor(times: number) {
  const client = databaseClient();
  const counted = leaveUnprocessed(client, times);
  const table = openTable(client, database.name);
  const read = async (wanted: readonly string[]) => await table.getMany(keysOf(wanted), schema);
  return { read, counted, close: () => client.destroy() };
}

describe('reading many items', () => {
  test('asks again for what a busy table left, and only for that, until it has every one once', async () => {
    const { read, counted, close } = busyFor(2);
    const found = await read(names);
    close();
    expect(found.map(({ pk }) => pk).sort()).toEqual(names);
    expect(counted.reads).toBe(3);
  });

  test('gives up after six attempts, so that the request is asked to come again', async () => {
    const { read, counted, close } = busyFor(Number.POSITIVE_INFINITY);
    const error = await read(names).catch((thrown: unknown) => thrown);
    close();
    expect(error).toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(isBusyTable(error)).toBe(true);
    expect(counted.reads).toBe(6);
  });

  test('has every item when the last of the six attempts brings it', async () => {
    const { read, counted, close } = busyFor(Number.POSITIVE_INFINITY);
    const found = await read(names.slice(0, 6));
    close();
    expect(found).toHaveLength(6);
    expect(counted.reads).toBe(6);
  });
});
