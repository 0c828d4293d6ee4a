import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StoredRecord,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import type { Log } from './log.ts';

/** A place in a stream: after this record. */
export interface Position {
  readonly shard: string;
  /** Undefined = before the shard's first record. */
  readonly sequence: string | undefined;
}

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
 * Makes a reader of a DynamoDB stream. Without a position it begins at the oldest record that the stream still has
 * (TRIM_HORIZON) or, if `latest`, with what is written from now on.
 */
export function createStreamReader(
  client: DynamoDBStreamsClient,
  streamArn: string,
  start: { readonly position: Position | undefined; readonly latest: boolean },
  log: Log,
): StreamReader {
  let position = start.position;
  let iterator: string | undefined;
  let latest = start.latest;

  async function open(shard: string, sequence: string | undefined): Promise<string | undefined> {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shard,
        ...(sequence === undefined
          ? { ShardIteratorType: latest ? 'LATEST' : 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence }),
      }),
    );
    return ShardIterator;
  }

  /** Opens the shard of the position, or the oldest (newest for `latest`) when there is none or it is gone. */
  async function openFirst(): Promise<string | undefined> {
    const shards = await shardsOf(client, streamArn);
    const known = shards.find(({ ShardId }) => ShardId === position?.shard);
    if (position !== undefined && known === undefined)
      log.line('streams', 'the checkpoint is older than the stream: it begins at its oldest record');
    const shard = known?.ShardId ?? (latest ? shards.at(-1) : shards[0])?.ShardId;
    if (shard === undefined) return undefined;
    position = { shard, sequence: known === undefined ? undefined : position?.sequence };
    const opened = await open(shard, position.sequence);
    latest = false;
    return opened;
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
