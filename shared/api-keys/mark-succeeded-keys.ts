import type { Table } from '../table/table.ts';
import { apiKeysSource, writeKeySuccession } from './api-keys-items.ts';

const pageSize = 100;

/**
 * Notes on the API keys of an organisation which other has succeeded it: what they ask for from then on is known to be for
 * one that was succeeded. They go on to work for what goes on there. Done again, nothing happens.
 */
export async function markSucceededKeys(table: Table, organisation: string, successor: string): Promise<void> {
  const source = apiKeysSource(table, organisation);
  let after: string | undefined;
  do {
    const page = await source(after, pageSize);
    for (const key of page) if (key.succeededBy === undefined) await writeKeySuccession(table, key.id, successor);
    after = page.length < pageSize ? undefined : page.at(-1)?.gsi1sk;
  } while (after !== undefined);
}
