import * as z from 'zod';
import { keys, type Key } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { dueAt, dueItemSchema, type DueItem } from './deadlines-views.ts';

/** What is due by an instant in one shard, the longest due first. */
export async function readDue(table: Table, shard: number, now: Date, limit: number): Promise<DueItem[]> {
  return await table.query({ index: 'gsi1', pk: keys.due(shard), upTo: `${now.toISOString()}~`, limit }, dueItemSchema);
}

/** Takes a due item away once it was acted on, unless it has been written anew meanwhile, be it for the same instant. */
export async function removeDue(table: Table, item: DueItem): Promise<void> {
  const key: Key = { pk: item.pk, sk: item.sk };
  await table.delete(key, { condition: 'v = :version', values: { ':version': item.v } });
}

/** Puts a due item off until an instant, unless it has been taken away or written anew meanwhile. */
export async function postponeDue(table: Table, item: DueItem, until: Date): Promise<void> {
  const values = { ':due': dueAt(until, item.pk), ':version': item.v };
  const write = { update: 'SET gsi1sk = :due', condition: 'v = :version', values };
  await table.update({ pk: item.pk, sk: item.sk }, write, z.unknown());
}
