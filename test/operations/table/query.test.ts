import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createTestTable, type TestTable } from '../../support/table.ts';

const schema = z.object({ sk: z.string() });
let database: TestTable;
/** Eight items of 300 KB: more than two answers of a megabyte hold. */
const names = Array.from({ length: 8 }, (_, index) => `ITEM#${String(index)}`);

beforeAll(async () => {
  database = await createTestTable();
  for (const sk of names) await database.table.put({ pk: 'LARGE', sk, filling: 'x'.repeat(300_000) });
});
afterAll(async () => {
  await database.remove();
});

const read = async (options: { readonly limit: number; readonly after?: string; readonly newestFirst?: boolean }) =>
  (await database.table.query({ pk: 'LARGE', ...options }, schema)).map(({ sk }) => sk);

describe('a query', () => {
  test('brings as many items as are asked for, also when one answer does not hold them', async () => {
    expect(await read({ limit: 100 })).toEqual(names);
    expect(await read({ limit: 8 })).toEqual(names);
    expect(await read({ limit: 5 })).toEqual(names.slice(0, 5));
    expect(await read({ limit: 5, after: 'ITEM#1' })).toEqual(names.slice(2, 7));
    expect(await read({ limit: 6, newestFirst: true })).toEqual(names.toReversed().slice(0, 6));
  });
});
