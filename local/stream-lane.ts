import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { LARGEST_PAYLOAD } from './invocation.ts';
import { type Log, messageOf } from './log.ts';
import { createRandom } from './random.ts';
import { isBehind, laterOf, type Position } from './stream-position.ts';
import { LANES, type StreamRecord } from './stream-record.ts';

/** How late lanes are, in milliseconds: each record by `delay` and by a share of `jitter`, drawn for its lane. */
export interface Lag {
  readonly delay: number;
  readonly jitter: number;
  readonly seed: number;
}

/** One of the lanes that stand for a stream's shards: it delivers its records in order, however late the others are. */
export interface Lane {
  /** How many records wait or are being delivered. */
  readonly backlog: number;
  /** Takes a record read at `position`; `before` is where the stream had been read to before it. */
  add(record: StreamRecord, position: Position, before: Position | undefined): void;
  /** Delivers what waits, unless it is at it already. */
  start(): void;
  /** Where this lane goes on after a restart, when the stream has been read to `read`. */
  checkpoint(read: Position | undefined): Position | undefined;
  /** Resolves when a delivery under way has ended. */
  rest(): Promise<void>;
}

interface Pending {
  readonly record: StreamRecord;
  readonly position: Position;
  readonly readyAt: number;
  readonly size: number;
}

/** Milliseconds before a lane goes on after a failure of the local run itself. */
const AFTER_FAILURE = 500;

/**
 * The records that go out together: as many as a batch takes, an event may hold and are ready. What is ready behind one
 * that is not waits for it: a lane never overtakes itself.
 */
function batchOf(pending: readonly Pending[], batchSize: number, now: number): readonly Pending[] {
  let size = 0;
  const tooMuch = pending.slice(0, batchSize).findIndex((item) => {
    size += item.size;
    return item.readyAt > now || size > LARGEST_PAYLOAD;
  });
  return pending.slice(0, tooMuch === -1 ? batchSize : Math.max(1, tooMuch));
}

/** Makes a lane. `kept` is what the last run had delivered: records up to there are not delivered again. */
export function createLane(
  index: number,
  settings: { readonly logicalId: string; readonly batchSize: number; readonly window: number },
  edge: {
    readonly kept: Position | undefined;
    readonly lag: () => Lag;
    /** Resolves to false when the run stopped before the records were taken or given up. */
    readonly deliver: (records: readonly StreamRecord[]) => Promise<boolean>;
    readonly delivered: () => void;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Lane {
  const { clock, signal } = edge;
  const random = createRandom(edge.lag().seed * LANES + index);
  const pending: Pending[] = [];
  const stopped = () => signal.aborted;
  const now = () => clock.now().getTime();
  let handled = edge.kept;
  let running: Promise<void> | undefined;

  async function untilBatchIsReady(first: Pending): Promise<void> {
    await clock.wait(first.readyAt - now(), signal);
    const until = first.readyAt + settings.window;
    while (!stopped() && batchOf(pending, settings.batchSize, now()).length < settings.batchSize && now() < until)
      await clock.wait(Math.min(50, settings.window), signal);
  }

  async function run(): Promise<void> {
    for (let first = pending[0]; first !== undefined && !stopped(); first = pending[0]) {
      await untilBatchIsReady(first);
      if (stopped()) return;
      const batch = batchOf(pending, settings.batchSize, now());
      if (!(await edge.deliver(batch.map(({ record }) => record)))) return;
      handled = batch.at(-1)?.position;
      pending.splice(0, batch.length);
      edge.delivered();
    }
  }

  function start(): void {
    if (running !== undefined || pending.length === 0 || stopped()) return;
    running = run()
      .catch(async (error: unknown) => {
        edge.log.line('streams', `${settings.logicalId}: ${messageOf(error)}`);
        await pause(AFTER_FAILURE);
      })
      .finally(() => {
        running = undefined;
        start();
      });
  }

  return {
    get backlog() {
      return pending.length;
    },
    add(record, position, before) {
      if (!isBehind(edge.kept, position)) return;
      if (pending.length === 0) handled = laterOf(handled, before);
      const { delay, jitter } = edge.lag();
      const size = JSON.stringify(record.event).length;
      pending.push({ record, position, size, readyAt: now() + delay + random() * jitter });
    },
    start,
    checkpoint: (read) => (pending.length === 0 ? laterOf(handled, read) : handled),
    rest: async () => await running,
  };
}
