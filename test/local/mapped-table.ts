import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { MovableClock } from '../../local/clock.ts';
import type { Condition } from '../../local/failed-records.ts';
import { failedInvocation, type Invocation } from '../../local/invocation.ts';
import { createMemoryLog } from '../../local/log.ts';
import type { Lag } from '../../local/stream-lane.ts';
import { startStreamMapping, type StreamMapping, type StreamMappingSettings } from '../../local/stream-mapping.ts';
import { laneOf, LANES } from '../../local/stream-record.ts';
import { createTestTable, databaseCredentials, type TestTable } from '../support/table.ts';

const recordSchema = z.object({
  eventSource: z.literal('aws:dynamodb'),
  dynamodb: z.object({
    ApproximateCreationDateTime: z.number(),
    NewImage: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
  }),
});
const eventSchema = z.object({ Records: z.array(recordSchema) });
const answerSchema = z.looseObject({ Records: z.array(z.unknown()).optional() });

/** One partition key for each lane. */
export const keys: readonly string[] = Array.from({ length: LANES }, (_, lane) => {
  for (let number = 0; number < 1_000; number += 1)
    if (laneOf(JSON.stringify({ S: `key-${number}` })) === lane) return `key-${number}`;
  throw new Error(`No key is in lane ${lane}`);
});

export const taken: Invocation = { ok: true, payload: '{"batchItemFailures":[]}' };
export const failed = failedInvocation('Error', 'on purpose');

/** How a mapping of the table is to be. */
interface Given {
  readonly clock: MovableClock;
  readonly lag?: Lag;
  readonly file?: string;
  readonly settings?: Partial<StreamMappingSettings>;
}

/** A table with a mapping, or several, of its stream. Items are called `<key>/<number>`. */
export interface MappedTable {
  readonly streamArn: string;
  /** What the Lambda took, in its order, and what it was asked to take. */
  readonly delivered: readonly string[];
  readonly batches: readonly (readonly string[])[];
  readonly givenUp: readonly (readonly [names: readonly string[], condition: Condition])[];
  /** The time (in milliseconds) of writing that the Lambda was told last. */
  readonly lastWritten: () => number;
  /** What the Lambda makes of a batch, from now on. */
  answerWith(lambda: (names: readonly string[]) => Invocation | Promise<Invocation>): void;
  start(given: Given): StreamMapping;
  write(key: string, number: number, more?: Readonly<Record<string, string>>): Promise<void>;
  /** Writes so many items under each key, numbered from `from`. */
  writeEach(count: number, from?: number): Promise<void>;
  /** The numbers under a key that the Lambda took, in its order. */
  numbersOf(key: string): readonly number[];
  /** Waits (10 s at most) until something is so. */
  until(isSo: () => boolean): Promise<void>;
  /** Waits until the mappings have read so many records altogether. */
  untilRead(count: number): Promise<void>;
  /** Waits until a mapping has read its stream to the end and delivered everything. */
  untilQuiet(mapping: StreamMapping): Promise<void>;
  remove(): Promise<void>;
}

const nameOf = ({ dynamodb }: z.infer<typeof recordSchema>) => `${dynamodb.NewImage.pk.S}/${dynamodb.NewImage.sk.S}`;

/** A client of streams that counts the records it was given. */
function countingClient(): { client: DynamoDBStreamsClient; read: () => number } {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  const client = new DynamoDBStreamsClient({ endpoint, region: 'eu-west-2', credentials: databaseCredentials() });
  let count = 0;
  client.middlewareStack.add(
    (next) => async (given) => {
      const answer = await next(given);
      count += answerSchema.parse(answer.output).Records?.length ?? 0;
      return answer;
    },
    { step: 'initialize' },
  );
  return { client, read: () => count };
}

/** Makes a table whose stream mappings are started by the test, with a Lambda that takes everything until told otherwise. */
export async function createMappedTable(): Promise<MappedTable> {
  const table: TestTable = await createTestTable();
  const { client, read } = countingClient();
  const log = createMemoryLog();
  const running: StreamMapping[] = [];
  const delivered: string[] = [];
  const batches: string[][] = [];
  const givenUp: [names: string[], condition: Condition][] = [];
  let lastWritten = 0;
  let lambda: (names: readonly string[]) => Invocation | Promise<Invocation> = () => taken;

  async function invoke(payload: string): Promise<Invocation> {
    const { Records } = eventSchema.parse(JSON.parse(payload));
    const names = Records.map(nameOf);
    batches.push(names);
    lastWritten = (Records.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
    const answer = await lambda(names);
    if (answer.ok) delivered.push(...names);
    return answer;
  }

  async function write(key: string, number: number, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const attributes = Object.entries({ pk: key, sk: String(number), ...more });
    const Item = Object.fromEntries(attributes.map(([name, S]) => [name, { S }]));
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
  }

  async function until(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 10_000;
    while (!isSo()) {
      if (performance.now() > end)
        throw new Error(`It did not come about: ${JSON.stringify([delivered, givenUp, log.lines])}`);
      for (const mapping of running) mapping.nudge();
      await pause(2);
    }
  }

  return {
    streamArn: table.streamArn,
    delivered,
    batches,
    givenUp,
    lastWritten: () => lastWritten,
    answerWith: (given) => void (lambda = given),
    start({ clock, lag = { delay: 0, jitter: 0, seed: 1 }, file, settings = {} }) {
      const declared = {
        logicalId: 'Mapping',
        lambda: 'Relay',
        streamArn: table.streamArn,
        partitionKey: 'pk',
        batchSize: 5,
        window: 0,
        patterns: [],
        rules: { bisect: true, reportsItemFailures: true, retries: 1, maximumAge: undefined },
        ...settings,
      };
      const giveUp = (records: readonly { event: unknown }[], condition: Condition) =>
        void givenUp.push([records.map(({ event }) => nameOf(recordSchema.parse(event))), condition]);
      const mapping = startStreamMapping(declared, { client, clock, lag, log, checkpointFile: file, giveUp, invoke });
      running.push(mapping);
      return mapping;
    },
    write,
    async writeEach(count, from = 0) {
      for (let number = from; number < from + count; number += 1) for (const key of keys) await write(key, number);
    },
    numbersOf: (key) =>
      delivered.filter((name) => name.startsWith(`${key}/`)).map((name) => Number(name.slice(key.length + 1))),
    until,
    async untilRead(count) {
      await until(() => read() >= count);
      await turn();
    },
    async untilQuiet(mapping) {
      const since = performance.now();
      await until(() => mapping.quietSince(since));
    },
    async remove() {
      await Promise.all(running.map((mapping) => mapping.stop()));
      client.destroy();
      await table.remove();
    },
  };
}

/** The whole numbers below `count`. */
export const numbersBelow = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
