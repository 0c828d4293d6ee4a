import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StoredRecord,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import type { Log } from './log.ts';
import type { Position } from './stream-position.ts';

/** Reads a stream from a position on, shard after shard. */
export interface StreamReader {
  /** The next records, none when there are none yet, with the position after them. */
  next(): Promise<{ readonly records: readonly StoredRecord[]; readonly position: Position | undefined }>;
}

async function shardsOf(client: DynamoDBStreamsClient, StreamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let last: string | undefined;
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: last }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    last = StreamDescription?.LastEvaluatedShardId;
  } while (last !== undefined);
  return shards;
}

/**
 * Makes a reader of a DynamoDB stream. Without a position to start from it begins at the oldest record that the stream
 * still has (TRIM_HORIZON).
 */
export function createStreamReader(
  client: DynamoDBStreamsClient,
  streamArn: string,
  start: Position | undefined,
  log: Log,
): StreamReader {
  let position = start;
  let iterator: string | undefined;

  async function open(shard: string, sequence: string | undefined): Promise<string | undefined> {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shard,
        ...(sequence === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence }),
      }),
    );
    return ShardIterator;
  }

  /** Opens the shard of the position, or the oldest when there is none or it is gone. */
  async function openFirst(): Promise<string | undefined> {
    const shards = await shardsOf(client, streamArn);
    const known = shards.find(({ ShardId }) => ShardId === position?.shard);
    if (position !== undefined && known === undefined)
      log.line('streams', 'the checkpoint is older than the stream: it begins at its oldest record');
    const shard = (known ?? shards[0])?.ShardId;
    if (shard === undefined) return undefined;
    position = { shard, sequence: known === undefined ? undefined : position?.sequence };
    return await open(shard, position.sequence);
  }

  /** Goes on to the shard after the closed one, if it is there yet. */
  async function openNext(closed: string): Promise<string | undefined> {
    const shards = await shardsOf(client, streamArn);
    const index = shards.findIndex(({ ShardId }) => ShardId === closed);
    const next = (shards.find(({ ParentShardId }) => ParentShardId === closed) ?? shards[index + 1])?.ShardId;
    if (next === undefined) return undefined;
    position = { shard: next, sequence: undefined };
    return await open(next, undefined);
  }

  let closed: string | undefined;
  return {
    async next() {
      iterator ??= closed === undefined ? await openFirst() : await openNext(closed);
      if (iterator === undefined || position === undefined) return { records: [], position };
      closed = undefined;
      try {
        const { Records = [], NextShardIterator } = await client.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: 1000 }),
        );
        iterator = NextShardIterator;
        position = { shard: position.shard, sequence: Records.at(-1)?.dynamodb?.SequenceNumber ?? position.sequence };
        if (iterator === undefined) closed = position.shard;
        return { records: Records, position };
      } catch (error) {
        iterator = undefined;
        const name = error instanceof Error ? error.name : '';
        if (name === 'TrimmedDataAccessException') position = { shard: position.shard, sequence: undefined };
        else if (name !== 'ExpiredIteratorException') throw error;
        return { records: [], position };
      }
    },
  };
}
