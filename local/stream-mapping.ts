import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import type { Condition } from './failed-records.ts';
import type { Invocation } from './function-pool.ts';
import type { Json } from './json.ts';
import { readKept, writeKept } from './kept-file.ts';
import { type Log, messageOf } from './log.ts';
import { createRandom } from './random.ts';
import { type BatchRules, deliverBatch } from './stream-batch.ts';
import { createStreamReader, type Position } from './stream-reader.ts';
import { LANES, type StreamRecord, streamRecordOf } from './stream-record.ts';

/** A Lambda's mapping to the table's stream, as the template declares it. */
export interface StreamMappingSettings {
  readonly logicalId: string;
  readonly lambda: string;
  readonly streamArn: string;
  readonly partitionKey: string;
  readonly latest: boolean;
  readonly batchSize: number;
  /** Milliseconds to wait for a batch to fill. */
  readonly window: number;
  readonly patterns: readonly Json[];
  readonly rules: BatchRules;
}

/** How late lanes are, in milliseconds: each record by `delay` and by a share of `jitter`, drawn for its lane. */
export interface Lag {
  readonly delay: number;
  readonly jitter: number;
  readonly seed: number;
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

interface Pending {
  readonly record: StreamRecord;
  readonly position: Position;
  readonly readyAt: number;
  readonly size: number;
}

interface Lane {
  readonly pending: Pending[];
  readonly random: () => number;
  /** The last record taken by the Lambda or given up. */
  handled: Position | undefined;
  running: Promise<void> | undefined;
}

/** Milliseconds between looks at a stream where nothing happens, and right after something may have. */
const SELDOM = 100;
const OFTEN = 4;
const EAGER_FOR = 60;
/** Records held at most before reading pauses. */
const LARGEST_BACKLOG = 5_000;
/** Bytes of an event that Lambda takes. */
const LARGEST_EVENT = 6 * 1024 * 1024;
/** Looks without a new record before a stream counts as quiet. */
const LOOKS = 5;

const keptSchema = z.object({
  stream: z.string(),
  lanes: z.array(z.object({ shard: z.string(), sequence: z.string().optional() }).nullable()),
});

function readLanes(file: string | undefined, streamArn: string): (Position | undefined)[] {
  const kept = keptSchema.safeParse(file === undefined ? undefined : readKept(file));
  // A stream made anew has another ARN: its records were never read.
  if (!kept.success || kept.data.stream !== streamArn) return [];
  return kept.data.lanes.map((lane) => (lane === null ? undefined : { shard: lane.shard, sequence: lane.sequence }));
}

const orderOf = (position: Position | undefined) => BigInt(position?.sequence ?? -1);
const earliest = (positions: readonly (Position | undefined)[]) =>
  positions.reduce((least, position) => (orderOf(position) < orderOf(least) ? position : least), positions[0]);

/**
 * Starts a mapping: reads the stream, filters, splits it by partition key into lanes that run independently, each with
 * a checkpoint of its own in `checkpointFile`. Every record reaches the Lambda at least once, those of a key in order.
 */
export function startStreamMapping(
  settings: StreamMappingSettings,
  edge: {
    readonly client: DynamoDBStreamsClient;
    readonly invoke: (payload: string) => Promise<Invocation>;
    readonly giveUp: (records: readonly StreamRecord[], condition: Condition, invocations: number) => void;
    readonly clock: Clock;
    readonly log: Log;
    readonly checkpointFile: string | undefined;
    readonly lag: Lag;
  },
): StreamMapping {
  const { clock, log } = edge;
  const stopping = new AbortController();
  const { signal } = stopping;
  const kept = readLanes(edge.checkpointFile, settings.streamArn);
  const start = kept.length === LANES ? earliest(kept) : undefined;
  const reader = createStreamReader(edge.client, settings.streamArn, { position: start, latest: settings.latest }, log);
  let lag = edge.lag;
  let read: Position | undefined = start;
  let saved = JSON.stringify(kept);
  let eagerUntil = 0;
  let wake: () => void = () => undefined;
  let looks: number[] = [];
  const lanes: Lane[] = Array.from({ length: LANES }, (_, index) => ({
    pending: [],
    random: createRandom(lag.seed * LANES + index),
    handled: kept[index],
    running: undefined,
  }));

  function save(): void {
    if (edge.checkpointFile === undefined) return;
    const positions = lanes.map(({ pending, handled }) => (pending.length === 0 ? read : handled) ?? null);
    const text = JSON.stringify(positions);
    if (text === saved) return;
    saved = text;
    const plain = positions.map(
      (position) =>
        position && {
          shard: position.shard,
          ...(position.sequence === undefined ? {} : { sequence: position.sequence }),
        },
    );
    writeKept(edge.checkpointFile, { stream: settings.streamArn, lanes: plain });
  }

  function deliver(records: readonly StreamRecord[]): Promise<boolean> {
    return deliverBatch(records, settings.rules, {
      invoke: (some) => edge.invoke(`{"Records":[${some.map(({ event }) => JSON.stringify(event)).join(',')}]}`),
      giveUp: edge.giveUp,
      clock,
      signal,
    });
  }

  function readyBatch({ pending }: Lane): Pending[] {
    const now = clock.now().getTime();
    let size = 0;
    const tooMuch = pending.slice(0, settings.batchSize).findIndex((item) => {
      size += item.size;
      return item.readyAt > now || size > LARGEST_EVENT;
    });
    return pending.slice(0, tooMuch === -1 ? settings.batchSize : Math.max(1, tooMuch));
  }

  async function waitForBatch(lane: Lane, first: Pending): Promise<void> {
    await clock.wait(first.readyAt - clock.now().getTime(), signal);
    const until = first.readyAt + settings.window;
    while (!signal.aborted && readyBatch(lane).length < settings.batchSize && clock.now().getTime() < until)
      await clock.wait(Math.min(50, settings.window), signal);
  }

  async function runLane(lane: Lane): Promise<void> {
    for (let first = lane.pending[0]; first !== undefined && !signal.aborted; first = lane.pending[0]) {
      await waitForBatch(lane, first);
      if (signal.aborted) return;
      const batch = readyBatch(lane);
      if (!(await deliver(batch.map(({ record }) => record)))) return;
      lane.handled = batch.at(-1)?.position;
      lane.pending.splice(0, batch.length);
      save();
    }
  }

  function startLane(lane: Lane): void {
    if (lane.running !== undefined || lane.pending.length === 0) return;
    lane.running = runLane(lane)
      .catch((error: unknown) => log.line('streams', `${settings.logicalId}: ${messageOf(error)}`))
      .finally(() => {
        lane.running = undefined;
        if (!signal.aborted) startLane(lane);
      });
  }

  function add(record: StreamRecord, position: Position): void {
    const lane = lanes[record.lane];
    if (lane === undefined || orderOf(position) <= orderOf(kept[record.lane])) return;
    if (settings.patterns.length > 0 && !settings.patterns.some((pattern) => matchesPattern(pattern, record.event)))
      return;
    const arrival = clock.now().getTime() + lag.delay + lane.random() * lag.jitter;
    // A lane never overtakes itself.
    const size = JSON.stringify(record.event).length;
    lane.pending.push({ record, position, size, readyAt: Math.max(arrival, lane.pending.at(-1)?.readyAt ?? 0) });
  }

  async function look(): Promise<number> {
    const began = performance.now();
    const before = read;
    const { records, position } = await reader.next();
    for (const lane of lanes) if (lane.pending.length === 0) lane.handled = before;
    for (const stored of records) {
      const record = streamRecordOf(stored, settings.streamArn, settings.partitionKey);
      add(record, { shard: position?.shard ?? '', sequence: record.sequence });
    }
    read = position;
    looks = records.length > 0 ? [] : [...looks.slice(1 - LOOKS), began];
    for (const lane of lanes) startLane(lane);
    save();
    return records.length;
  }

  async function readOn(): Promise<void> {
    while (!signal.aborted) {
      const backlog = lanes.reduce((sum, { pending }) => sum + pending.length, 0);
      const found = backlog >= LARGEST_BACKLOG ? 0 : await look();
      if (found > 0) continue;
      const woken = new Promise<void>((resolve) => (wake = resolve));
      if (performance.now() < eagerUntil) await pause(OFTEN);
      else await Promise.race([woken, pause(SELDOM)]);
    }
  }

  async function readForever(): Promise<void> {
    while (!signal.aborted) {
      try {
        await readOn();
      } catch (error) {
        if (signal.aborted) return;
        log.line('streams', `${settings.logicalId}: ${messageOf(error)}`);
        await pause(500);
      }
    }
  }

  const reading = readForever();
  return {
    setLag(next) {
      lag = next;
    },
    nudge() {
      eagerUntil = performance.now() + EAGER_FOR;
      wake();
    },
    quietSince(since) {
      const unseen = looks.filter((began) => began > since);
      return unseen.length >= LOOKS && lanes.every(({ pending }) => pending.length === 0);
    },
    async stop() {
      stopping.abort();
      wake();
      await reading;
      await Promise.all(lanes.map(({ running }) => running));
      save();
    },
  };
}
