import { z } from 'zod';
import type { Key } from '../../shared/table/keys.ts';
import type { Outcome, Table, Update } from '../../shared/table/table.ts';

const versionedSchema = z.looseObject({ version: z.int() });

/** A table that tells which version of which ledger each answer of the database showed. */
export function observeTable(table: Table, seen: (cohort: string, version: number) => void): Table {
  const look = ({ pk, sk }: Key, item: unknown) => {
    const ledger = sk === 'LEDGER' ? versionedSchema.safeParse(item).data : undefined;
    if (ledger !== undefined) seen(pk.replace('COHORT#', ''), ledger.version);
  };
  return {
    ...table,
    async get<T>(key: Key, schema: z.ZodType<T>, options?: { consistent?: boolean }): Promise<T | undefined> {
      const item = await table.get(key, schema, options);
      look(key, item);
      return item;
    },
    async update<T>(key: Key, change: Update, schema: z.ZodType<T>): Promise<Outcome<T>> {
      const outcome = await table.update(key, change, schema);
      look(key, outcome.item);
      return outcome;
    },
  };
}

/**
 * A table on which the clauses of a ledger's condition that match are taken out: for controls that must fail. The names
 * and values that nothing speaks of any more go too, as the database insists.
 */
export function withoutClauses(table: Table, clause: RegExp): Table {
  return {
    ...table,
    async update<T>(key: Key, change: Update, schema: z.ZodType<T>): Promise<Outcome<T>> {
      if (key.sk !== 'LEDGER' || change.condition === undefined) return await table.update(key, change, schema);
      const left = change.condition.split(' AND ').filter((part) => !clause.test(part));
      const condition = left.length === 0 ? undefined : left.join(' AND ');
      const spoken = new Set(`${change.update} ${condition ?? ''}`.match(/[#:]\w+/g));
      const only = <V>(words: Readonly<Record<string, V>> = {}): Record<string, V> | undefined => {
        const kept = Object.entries(words).filter(([word]) => spoken.has(word));
        return kept.length === 0 ? undefined : Object.fromEntries(kept);
      };
      const { update: set, brief } = change;
      const update = { update: set, brief, condition, names: only(change.names), values: only(change.values) };
      return await table.update(key, update, schema);
    },
  };
}
