import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamedRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { relayRecords } from '../../functions/relay/relay-records.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { openFeeds } from '../../shared/events/feeds.ts';
import type { TestTable } from './table.ts';

/** The real relay on the table's real stream, run when a test says so. */
export interface StreamRelay {
  /** Publishes all that was written since the last time, and gives what went on the bus, in its order. */
  relayAll(): Promise<Envelope[]>;
  stop(): void;
}

/** A relay of this table that has read nothing yet. A record that cannot be published fails the test. */
export function streamRelay({ streamArn, table }: TestTable, clock: Clock): StreamRelay {
  const streams = new DynamoDBStreamsClient({
    endpoint: process.env['DYNAMODB_ENDPOINT'],
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const feeds = openFeeds(table);
  let iterator: string | undefined;
  let marks = 0;

  return {
    async relayAll() {
      marks += 1;
      const mark = `MARK#${String(marks)}`;
      await table.put({ pk: mark, sk: 'MARK' });
      iterator ??= await beginning(streams, streamArn);
      const records: StreamedRecord[] = [];
      while (!records.some((record) => record.dynamodb?.Keys?.['pk']?.S === mark)) {
        const answer = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
        records.push(...(answer.Records ?? []));
        iterator = answer.NextShardIterator ?? iterator;
      }
      const told: Envelope[] = [];
      const bus = {
        put: async (events: readonly Envelope[]) => {
          told.push(...events);
          await Promise.resolve();
        },
      };
      const changes = records.filter(({ dynamodb }) => dynamodb?.NewImage?.['change']?.M?.['type'] !== undefined);
      const { failures } = await relayRecords({ table, feeds, bus, clock }, 1, changes);
      for (const { error } of failures) throw error;
      return told;
    },
    stop() {
      streams.destroy();
    },
  };
}

async function beginning(streams: DynamoDBStreamsClient, streamArn: string): Promise<string | undefined> {
  const { StreamDescription: stream } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const { ShardIterator: iterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn: streamArn,
      ShardId: stream?.Shards?.[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  return iterator;
}
