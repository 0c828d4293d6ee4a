import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { join } from 'node:path';
import type { Assembly } from './assembly.ts';
import type { Clock } from './clock.ts';
import { keepFailedRecords } from './failed-records.ts';
import type { Endpoints } from './function-settings.ts';
import type { Functions } from './functions.ts';
import type { Log } from './log.ts';
import { readMappings, type StreamSource } from './mappings.ts';
import { REGION } from './place.ts';
import { startQueueMapping } from './queue-mapping.ts';
import type { Queues } from './queues.ts';
import type { Resolver } from './resolve.ts';
import type { Lag } from './stream-lane.ts';
import { startStreamMapping, type StreamMapping } from './stream-mapping.ts';

/** All running mappings of the app. */
export interface MappingHandles {
  setLag(lag: Lag): void;
  /** Something may have been written: streams are looked at soon. */
  nudge(): void;
  /** Whether streams were read to their end since `since` (performance.now()) and nothing is ready or under way. */
  quietSince(since: number): boolean;
  stop(): Promise<void>;
}

interface MappingParts {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: string;
  readonly keeps: boolean;
  readonly lag: Lag;
  /** The table's stream and partition key; no stream, no ARN. */
  readonly streamArn: string | undefined;
  readonly partitionKey: string;
  readonly afterwards: () => void;
}

function startStream(
  parts: MappingParts,
  client: DynamoDBStreamsClient,
  { settings, bucket, functionArn, sourceArn }: StreamSource,
): StreamMapping {
  const { functions, clock, log, folder, keeps, lag, streamArn, partitionKey } = parts;
  if (streamArn === undefined) throw new Error(`${settings.logicalId}: the table of ${sourceArn} has no stream.`);
  const mapping = settings.logicalId;
  return startStreamMapping(
    { ...settings, streamArn, partitionKey },
    {
      client,
      clock,
      log,
      lag,
      checkpointFile: keeps ? join(folder, 'streams', `${mapping}.json`) : undefined,
      invoke: (payload) => functions.invoke(settings.lambda, payload).finally(parts.afterwards),
      giveUp: (records, condition, invocations) => {
        const given = { mapping, functionArn, streamArn, condition, invocations, records, at: clock.now() };
        const kept =
          bucket === undefined
            ? 'they are lost (no on-failure destination)'
            : `they are in ${keepFailedRecords(join(folder, 'failed-records'), bucket, given)}`;
        log.line('streams', `${mapping} gives up ${records.length} records (${condition}): ${kept}`);
      },
    },
  );
}

/** Starts the mappings of an assembly's Lambdas to its table's stream and its queues. Refuses (throws) what it cannot run. */
export function startMappings(parts: MappingParts): MappingHandles {
  const sources = readMappings(parts.assembly, parts.resolver, parts.functions);
  const client = new DynamoDBStreamsClient({
    endpoint: parts.endpoints.database,
    region: REGION,
    credentials: parts.endpoints.credentials,
    maxAttempts: 5,
  });
  const streams = sources.streams.map((source) => startStream(parts, client, source));
  const queues = sources.queues.map(({ sourceArn, settings }) => {
    const queue = parts.queues.find(sourceArn);
    if (queue === undefined) throw new Error(`${settings.logicalId}: there is no queue ${sourceArn}.`);
    const { functions, clock, log, afterwards } = parts;
    return startQueueMapping(queue, settings, {
      invoke: (payload) => functions.invoke(settings.lambda, payload),
      clock,
      log,
      afterwards,
    });
  });
  return {
    setLag: (lag) => streams.forEach((stream) => stream.setLag(lag)),
    nudge: () => streams.forEach((stream) => stream.nudge()),
    quietSince: (since) =>
      streams.every((stream) => stream.quietSince(since)) && queues.every((queue) => queue.quiet()),
    async stop() {
      await Promise.all([...streams, ...queues].map((mapping) => mapping.stop()));
      client.destroy();
    },
  };
}
