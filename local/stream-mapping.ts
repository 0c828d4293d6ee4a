import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import type { Condition } from './failed-records.ts';
import type { Invocation } from './invocation.ts';
import type { Json } from './json.ts';
import { type Log, messageOf } from './log.ts';
import { type BatchRules, deliverBatch } from './stream-batch.ts';
import { openCheckpoint } from './stream-checkpoint.ts';
import { createLane, type Lag } from './stream-lane.ts';
import { earliestOf, type Position } from './stream-position.ts';
import { createStreamReader } from './stream-reader.ts';
import { LANES, type StreamRecord, streamRecordOf } from './stream-record.ts';

/** A Lambda's mapping to the table's stream, as the template declares it. */
export interface StreamMappingSettings {
  readonly logicalId: string;
  readonly lambda: string;
  readonly streamArn: string;
  readonly partitionKey: string;
  readonly batchSize: number;
  /** Milliseconds to wait for a batch to fill. */
  readonly window: number;
  readonly patterns: readonly Json[];
  readonly rules: BatchRules;
}

/** A running mapping of a stream. */
export interface StreamMapping {
  setLag(lag: Lag): void;
  /** Looks for new records at once: something may have been written. */
  nudge(): void;
  /** Whether it found nothing new in several looks since `since` (performance.now()) and has nothing under way. */
  quietSince(since: number): boolean;
  stop(): Promise<void>;
}

/** The surroundings of a mapping. */
interface Edge {
  readonly client: DynamoDBStreamsClient;
  readonly invoke: (payload: string) => Promise<Invocation>;
  readonly giveUp: (records: readonly StreamRecord[], condition: Condition, invocations: number) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly checkpointFile: string | undefined;
  readonly lag: Lag;
}

/** Milliseconds between looks at a stream where nothing happens, right after something may have, and after a failure. */
const SELDOM = 100;
const OFTEN = 4;
const AFTER_FAILURE = 500;
/** Milliseconds for which it is looked at often. */
const EAGER_FOR = 60;
/** Records held at most before reading pauses. */
const LARGEST_BACKLOG = 5_000;
/** Looks without a new record before a stream counts as quiet. */
const LOOKS = 5;

/** When a stream is looked at: often for a moment after something may have been written, seldom otherwise. */
function createPace() {
  let eagerUntil = 0;
  let wake: () => void = () => undefined;
  return {
    nudge() {
      eagerUntil = performance.now() + EAGER_FOR;
      wake();
    },
    wake: () => wake(),
    async rest() {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await (performance.now() < eagerUntil ? pause(OFTEN) : Promise.race([woken, pause(SELDOM)]));
    },
  };
}

const eventOf = (records: readonly StreamRecord[]) =>
  `{"Records":[${records.map(({ event }) => JSON.stringify(event)).join(',')}]}`;

/** The lanes of a mapping: what the filters want goes to the lane of its partition key. */
function createLanes(settings: StreamMappingSettings, edge: Edge, lag: () => Lag, signal: AbortSignal) {
  const checkpoint = openCheckpoint(edge.checkpointFile, settings.streamArn);
  const start = earliestOf(checkpoint.kept);
  let read = start;
  const save = () => checkpoint.save(lanes.map((lane) => lane.checkpoint(read)));
  const deliver = (records: readonly StreamRecord[]) =>
    deliverBatch(records, settings.rules, { ...edge, invoke: (some) => edge.invoke(eventOf(some)), signal });
  const lanes = Array.from({ length: LANES }, (_, index) =>
    createLane(index, settings, { ...edge, kept: checkpoint.kept[index], lag, deliver, delivered: save, signal }),
  );
  const isWanted = ({ event }: StreamRecord) =>
    settings.patterns.length === 0 || settings.patterns.some((pattern) => matchesPattern(pattern, event));

  return {
    /** Where reading is to begin: where the lane is that is furthest behind. */
    start,
    backlog: () => lanes.reduce((sum, lane) => sum + lane.backlog, 0),
    /** Takes what was read; the stream has now been read to `position`. */
    take(records: readonly StreamRecord[], position: Position | undefined): void {
      for (const record of records.filter(isWanted))
        lanes[record.lane]?.add(record, { shard: position?.shard ?? '', sequence: record.sequence }, read);
      read = position;
      for (const lane of lanes) lane.start();
      save();
    },
    async stop() {
      await Promise.all(lanes.map((lane) => lane.rest()));
      save();
    },
  };
}

/**
 * Starts a mapping: reads the stream, filters, splits it by partition key into lanes that run independently, each with
 * a checkpoint of its own in `checkpointFile`. Every record reaches the Lambda at least once, those of a key in order.
 */
export function startStreamMapping(settings: StreamMappingSettings, edge: Edge): StreamMapping {
  const { clock, log } = edge;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = () => signal.aborted;
  const pace = createPace();
  let lag = edge.lag;
  let looks: number[] = [];
  const lanes = createLanes(settings, edge, () => lag, signal);
  const reader = createStreamReader(edge.client, settings.streamArn, lanes.start, log);

  /** Reads once; answers whether there may be more at once. */
  async function look(): Promise<boolean> {
    if (lanes.backlog() >= LARGEST_BACKLOG) return false;
    const began = performance.now();
    const { records, position } = await reader.next();
    // The database writes the machine's time; everybody else lives in that of the run's clock.
    const ahead = clock.now().getTime() - Date.now();
    lanes.take(
      records.map((stored) => streamRecordOf(stored, settings, ahead)),
      position,
    );
    looks = records.length > 0 ? [] : [...looks.slice(1 - LOOKS), began];
    return records.length > 0;
  }

  async function readOn(): Promise<void> {
    while (!stopped()) {
      try {
        if (!(await look())) await pace.rest();
      } catch (error) {
        if (stopped()) return;
        log.line('streams', `${settings.logicalId}: ${messageOf(error)}`);
        await pause(AFTER_FAILURE);
      }
    }
  }

  const reading = readOn();
  return {
    setLag(next) {
      lag = next;
    },
    nudge: () => pace.nudge(),
    quietSince: (since) => looks.filter((began) => began > since).length >= LOOKS && lanes.backlog() === 0,
    async stop() {
      stopping.abort();
      pace.wake();
      await reading;
      await lanes.stop();
    },
  };
}
