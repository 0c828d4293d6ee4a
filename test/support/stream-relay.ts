import type { _Record as StreamedRecord } from '@aws-sdk/client-dynamodb-streams';
import { relayRecords } from '../../functions/relay/relay-records.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { openFeeds } from '../../shared/events/feeds.ts';
import { openStream, type TestStream } from './stream.ts';
import type { TestTable } from './table.ts';

/** How many records a batch has here; fewer than Lambda gives, so that appends to one feed do not hold each other up. */
const batchSize = 25;

/** The real relay on the table's real stream, run when a test says so. */
export interface StreamRelay {
  /** Publishes all that was written since the last time, and gives what went on the bus, in its order. */
  relayAll(): Promise<Envelope[]>;
  /** Takes all that was written since the last time out of the stream and publishes none of it. */
  loseAll(): Promise<StreamedRecord[]>;
  /** Publishes records that were lost before, and gives what went on the bus. */
  relay(records: readonly StreamedRecord[]): Promise<Envelope[]>;
  stop(): void;
}

/** A relay of this table that has read nothing yet. A record that cannot be published fails the test. */
export function streamRelay({ client, streamArn, table }: TestTable, clock: Clock): StreamRelay {
  const feeds = openFeeds(table);
  let stream: TestStream | undefined;
  let marks = 0;

  async function readAll(): Promise<StreamedRecord[]> {
    marks += 1;
    const mark = `MARK#${String(marks)}`;
    await table.put({ pk: mark, sk: 'MARK' });
    stream ??= await openStream(client, streamArn);
    const records: StreamedRecord[] = [];
    while (!records.some((record) => record.dynamodb?.Keys?.['pk']?.S === mark)) {
      records.push(...(await stream.next()));
    }
    return records.filter(({ dynamodb }) => dynamodb?.NewImage?.['change']?.M?.['type'] !== undefined);
  }
  async function publish(changes: readonly StreamedRecord[]): Promise<Envelope[]> {
    const told: Envelope[] = [];
    const bus = {
      put: async (events: readonly Envelope[]) => {
        told.push(...events);
        await Promise.resolve();
      },
    };
    for (let start = 0; start < changes.length; start += batchSize) {
      const batch = changes.slice(start, start + batchSize);
      const { failures } = await relayRecords({ table, feeds, bus, clock }, 1, batch);
      for (const { error } of failures) throw error;
    }
    return told;
  }

  return {
    relayAll: async () => await publish(await readAll()),
    loseAll: readAll,
    relay: publish,
    stop() {
      stream?.close();
    },
  };
}
