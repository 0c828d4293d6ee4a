import * as z from 'zod';
import { keys, type Key } from '../table/keys.ts';
import { absent, type Table } from '../table/table.ts';
import { envelopeSchema, type ChangeFacts, type Envelope } from './envelope.ts';

const historySchema = z.object({
  pk: z.string(),
  sk: z.string(),
  version: z.int(),
  events: z.array(envelopeSchema),
  /** Where the change stood in the table's stream; absent on what was announced anew. */
  order: z.string().optional(),
  /** When all of it was told; absent on older ones. */
  publishedAt: z.iso.datetime().optional(),
});
export type HistoryItem = z.infer<typeof historySchema>;

/** Which of these changes have been published already, as `pk sk version` names. */
export async function readPublished(table: Table, changes: readonly ChangeFacts[]): Promise<Set<string>> {
  const wanted = new Map(changes.map((change) => [JSON.stringify(historyKey(change)), historyKey(change)]));
  const found = await table.getMany([...wanted.values()], historySchema);
  return new Set(found.map(({ pk, sk }) => `${pk} ${sk}`));
}

/** The name of a change's place in history, as `readPublished` gives it. */
export function historyName(change: ChangeFacts): string {
  const { pk, sk } = historyKey(change);
  return `${pk} ${sk}`;
}

/** Writes what a change announced beside its aggregate, for good; also the receipt that it was published. */
export async function putHistory(
  table: Table,
  change: ChangeFacts,
  events: readonly Envelope[],
  published: Date,
): Promise<void> {
  const { version, order } = change;
  await table.put({ ...historyKey(change), version, events, order, publishedAt: published.toISOString() }, absent);
}

/** When what an aggregate's change announced had been told to everybody; undefined: it has not been, or was lost. */
export async function readPublication(
  table: Table,
  aggregate: Key,
  epoch: number,
  version: number,
): Promise<Date | undefined> {
  const found = await table.get(keys.history(aggregate, epoch, version), historySchema, { consistent: true });
  // Of older ones only the instant of the change itself is known.
  const at = found?.publishedAt ?? found?.events[0]?.at;
  return at === undefined ? undefined : new Date(at);
}

/** Writes what was announced anew at a version; false when it was already. */
export async function putRestatement(
  table: Table,
  change: ChangeFacts,
  events: readonly Envelope[],
  published: Date,
): Promise<boolean> {
  const { key, epoch, version } = change;
  const publishedAt = published.toISOString();
  return await table.put({ ...keys.restatement(key, epoch, version), version, events, publishedAt }, absent);
}

/** An aggregate's history behind a version, oldest first. */
export async function readHistory(table: Table, aggregate: Key, epoch: number, after: number, limit: number) {
  const { pk, prefix } = keys.historyOf(aggregate, epoch);
  return await table.query(
    { pk, prefix, after: keys.history(aggregate, epoch, after).sk, limit, consistent: true },
    historySchema,
  );
}

/** The most changes that are read of one kind of aggregate in one partition. */
const mostRecorded = 20_000;

/**
 * What aggregates of one kind in a partition have announced, in all epochs, and what of them was announced anew: each
 * aggregate by itself, oldest first. Read consistently.
 */
export async function readRecorded(table: Table, pk: string, kind: string) {
  const read = async ({ prefix }: { prefix: string }) =>
    await table.query({ pk, prefix, limit: mostRecorded, consistent: true }, historySchema);
  const [told, toldAnew] = await Promise.all([read(keys.toldOf(pk, kind)), read(keys.toldAnewOf(pk, kind))]);
  return { told, toldAnew };
}

const publishedSchema = z.object({ version: z.int() });

/** Up to which version an aggregate has been seen published without a gap; 0 for none. */
export async function readPublishedVersion(table: Table, aggregate: Key, epoch: number): Promise<number> {
  return (await table.get(keys.published(aggregate, epoch), publishedSchema, { consistent: true }))?.version ?? 0;
}

/** Remembers up to which version an aggregate has been seen published. */
export async function putPublishedVersion(table: Table, aggregate: Key, epoch: number, version: number): Promise<void> {
  await table.put({ ...keys.published(aggregate, epoch), version });
}

function historyKey(change: ChangeFacts): Key {
  return keys.history(change.key, change.epoch, change.version);
}
