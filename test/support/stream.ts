import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as Stored,
} from '@aws-sdk/client-dynamodb-streams';

/** A test table's stream, from its beginning. */
export interface TestStream {
  /** The next records, oldest first; none when there are none yet. */
  next(): Promise<readonly Stored[]>;
  close(): void;
}

/** Opens the stream of a table of DynamoDB Local, which has one shard, at the endpoint of the table's client. */
export async function openStream(client: DynamoDBClient, streamArn: string): Promise<TestStream> {
  const { endpoint, region, credentials } = client.config;
  const streams = new DynamoDBStreamsClient({ endpoint, region, credentials });
  const { StreamDescription: stream } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const shard = stream?.Shards?.[0]?.ShardId;
  const opened = await streams.send(
    new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  let iterator = opened.ShardIterator;
  return {
    async next() {
      const { Records: records = [], NextShardIterator: next } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      if (next === undefined) throw new Error('The stream has gone on in another shard');
      iterator = next;
      return records;
    },
    close: () => {
      streams.destroy();
    },
  };
}
