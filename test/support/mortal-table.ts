import type { Table } from '../../shared/table/table.ts';

/** What whoever uses a mortal table dies of. */
export const death = new Error('Died');

/**
 * A table whose user dies after so many writes that changed something, before the answer to the last comes: nothing is
 * sent after it. Writes of the same moment come one after another, so that it dies between any two.
 */
export function mortalTable(table: Table, writes: number): Table {
  let left = writes;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (request: () => Promise<boolean>): Promise<boolean> => {
    const before = last;
    const own = (async () => {
      await before;
      if (left === 0) throw death;
      const hasChanged = await request();
      if (hasChanged) left -= 1;
      if (left === 0) throw death;
      return hasChanged;
    })();
    last = own.catch(() => undefined);
    return await own;
  };
  return {
    ...table,
    put: async (...given) => await write(async () => await table.put(...given)),
    delete: async (...given) => await write(async () => await table.delete(...given)),
    transact: async (...given) => await write(async () => await table.transact(...given)),
  };
}
