import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { aggregateOf } from '../../shared/aggregates.ts';
import { changeSchema } from '../../shared/change.ts';
import { historyName, readPublished } from '../../shared/events/history-items.ts';
import { publishChange, type CommittedChange, type Publisher } from '../../shared/events/publish-change.ts';

/** What the relay reads of a stream record. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        readonly Keys?: unknown;
        readonly NewImage?: unknown;
        readonly OldImage?: unknown;
      }
    | undefined;
}

/** What became of a batch: the records that were not published, by sequence number, and why. */
export interface RelayedBatch {
  readonly published: number;
  readonly failures: readonly { readonly sequenceNumber: string; readonly error: unknown }[];
}

/** An item in DynamoDB's own notation; what is in it is for each aggregate's schema to say. */
const notationSchema = z.custom<Record<string, AttributeValue>>((value) => typeof value === 'object' && value !== null);
const versionSchema = z.looseObject({ version: z.int() });
const keySchema = z.object({ pk: z.string(), sk: z.string() });
const imageSchema = z.looseObject({ version: z.int(), change: changeSchema });

/**
 * Publishes the changes of a batch of stream records: those of one aggregate in their order, different aggregates side by
 * side, and none again that its history has already. A record that cannot be published fails alone, and with it what comes
 * behind it of the same aggregate, so that nothing overtakes it.
 */
export async function relayRecords(
  publisher: Publisher,
  epoch: number,
  records: readonly StreamRecord[],
): Promise<RelayedBatch> {
  const parsed = records.map((record) => ({ record, change: tryTo(() => changeOf(record, epoch)) }));
  const changes = parsed.flatMap(({ change }) => (change.result === undefined ? [] : [change.result]));
  const published = await readPublished(
    publisher.table,
    changes.map(({ facts }) => facts),
  );
  const lines = Map.groupBy(parsed, ({ record }) => partitionOf(record));
  let done = 0;
  const failures: { sequenceNumber: string; error: unknown }[] = [];
  const relayed = [...lines.values()].map(async (line) => {
    let failed: { readonly error: unknown } | undefined;
    for (const { record, change } of line) {
      failed ??=
        change.error === undefined ? await failureOf(publisher, change.result, published) : { error: change.error };
      if (failed === undefined) done += 1;
      else failures.push({ sequenceNumber: record.dynamodb?.SequenceNumber ?? '', error: failed.error });
    }
  });
  await Promise.all(relayed);
  return { published: done, failures };
}

/** Publishes one change unless it was before; gives what went wrong instead of throwing, for the batch's answer. */
async function failureOf(
  publisher: Publisher,
  change: CommittedChange | undefined,
  published: ReadonlySet<string>,
): Promise<{ readonly error: unknown } | undefined> {
  if (change === undefined || published.has(historyName(change.facts))) return undefined;
  try {
    await publishChange(publisher, change);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/**
 * The change that a record tells; undefined when it is of no aggregate, or is none (something was noted on the item beside
 * its version, as the last use of an API key is). Throws when its images cannot be read.
 */
function changeOf(record: StreamRecord, epoch: number): CommittedChange | undefined {
  const { NewImage: newImage, OldImage: oldImage } = record.dynamodb ?? {};
  if (newImage === undefined) return undefined;
  const after: unknown = unmarshall(notationSchema.parse(newImage));
  const key = keySchema.parse(after);
  const definition = aggregateOf(key);
  if (definition === undefined) return undefined;
  const { version, change } = imageSchema.parse(after);
  const before: unknown = oldImage === undefined ? undefined : unmarshall(notationSchema.parse(oldImage));
  if (versionSchema.safeParse(before).data?.version === version) return undefined;
  const order = record.dynamodb?.SequenceNumber;
  return { definition, facts: { key, epoch, version, at: change.at, order }, before, after };
}

/** The partition that a record is of: read of its keys, so that one whose images cannot be read still holds its place. */
function partitionOf({ dynamodb }: StreamRecord): string {
  const keys = tryTo(() => keySchema.parse(unmarshall(notationSchema.parse(dynamodb?.Keys)))).result;
  return keys?.pk ?? `record ${dynamodb?.SequenceNumber ?? ''}`;
}

function tryTo<T>(work: () => T): { readonly result?: T; readonly error?: unknown } {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}
