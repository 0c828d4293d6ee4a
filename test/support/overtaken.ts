import type { Table, TransactionWrite } from '../../shared/table/table.ts';

/** The table of somebody before whose first write something else happens; without its conditions, if it is spoilt. */
export function overtakenOn(table: Table, other: () => Promise<unknown>, isSpoilt = false): Table {
  let isFirst = true;
  const before = async () => {
    if (isFirst) {
      isFirst = false;
      await other();
    }
  };
  return {
    ...table,
    put: async (item, onlyIf) => {
      await before();
      return await table.put(item, isSpoilt ? undefined : onlyIf);
    },
    transact: async (writes) => {
      await before();
      const unconditional = writes.flatMap((write): TransactionWrite[] => {
        if ('holds' in write) return [];
        return 'put' in write ? [{ put: write.put }] : [write];
      });
      return await table.transact(isSpoilt ? unconditional : writes);
    },
  };
}
