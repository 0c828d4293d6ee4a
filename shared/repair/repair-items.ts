import * as z from 'zod';
import { keys, type Key } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

const liveSchema = z.object({ pk: z.string(), sk: z.string(), gsi2sk: z.string() });
const sweptSchema = z.object({ after: z.string().optional() });
/** An aggregate as the sweep first sees it; its own schema has the rest. */
const itemSchema = z.looseObject({ pk: z.string(), sk: z.string() });

/** Live aggregates of one shard behind a name, in the order of the index. */
export async function readLive(table: Table, shard: number, after: string | undefined, limit: number) {
  return await table.query({ index: 'gsi2', pk: keys.live(shard), after, limit }, liveSchema);
}

/** Where the sweep of a shard goes on; undefined: from its beginning. */
export async function readSweep(table: Table, shard: number): Promise<string | undefined> {
  return (await table.get(keys.sweep(shard), sweptSchema, { consistent: true }))?.after;
}

/** Remembers where the sweep of a shard goes on. */
export async function putSweep(table: Table, shard: number, after: string | undefined): Promise<void> {
  await table.put({ ...keys.sweep(shard), after });
}

/** Reads an item whatever it is. */
export async function readItem(table: Table, key: Key): Promise<Readonly<Record<string, unknown>> | undefined> {
  return await table.get(key, itemSchema, { consistent: true });
}
