import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import type { Message } from './held-messages.ts';
import type { Invocation } from './invocation.ts';
import { type Json, tryParseJson } from './json.ts';
import { type Log, messageOf } from './log.ts';
import { failedMessages, queueEventOf } from './queue-batch.ts';
import type { Queue } from './queue.ts';

/** A Lambda's mapping to a queue, as the template declares it. */
export interface QueueMappingSettings {
  readonly logicalId: string;
  readonly lambda: string;
  readonly batchSize: number;
  /** Milliseconds to wait for a batch to fill. */
  readonly window: number;
  readonly patterns: readonly Json[];
  readonly reportsItemFailures: boolean;
  /** How many batches run at once at most. */
  readonly concurrency: number;
}

/** A running mapping of a queue. */
export interface QueueMapping {
  /** Whether no message is visible and no batch is running. */
  quiet(): boolean;
  stop(): Promise<void>;
}

interface Edge {
  readonly invoke: (payload: string) => Promise<Invocation>;
  readonly clock: Clock;
  readonly log: Log;
  readonly afterwards: () => void;
}

/** Milliseconds before the queue is looked at again after that failed. */
const AFTER_FAILURE = 500;

/** Makes the gathering of batches: what no filter wants is deleted on the way, as Lambda does. */
function createGathering(queue: Queue, { patterns, batchSize, window }: QueueMappingSettings, clock: Clock) {
  let gathered = 0;

  function isWanted({ body }: Message): boolean {
    const record = { body: tryParseJson(body) ?? body };
    return patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, record));
  }

  function receiveWanted(limit: number): Message[] {
    return queue.receive(limit).filter((message) => {
      const wanted = isWanted(message);
      if (!wanted) queue.remove(message.receipt);
      return wanted;
    });
  }

  return {
    /** How many messages it holds that are in no batch yet. */
    held: () => gathered,
    /** The next batch, waiting for it to fill once it has begun; empty when nothing is visible. */
    async next(signal: AbortSignal): Promise<Message[]> {
      const batch: Message[] = [];
      const until = clock.now().getTime() + window;
      for (;;) {
        batch.push(...receiveWanted(batchSize - batch.length));
        gathered = batch.length;
        const left = until - clock.now().getTime();
        if (signal.aborted || batch.length === 0 || batch.length >= batchSize || left <= 0) return batch;
        await clock.wait(Math.min(left, 50), signal);
      }
    },
    /** The batch gathered last has begun. */
    begun: () => void (gathered = 0),
  };
}

/**
 * Starts a mapping: batches of visible messages go to the Lambda; what it dealt with is deleted, what failed comes back
 * after the visibility timeout (and is redriven by the queue).
 */
export function startQueueMapping(queue: Queue, settings: QueueMappingSettings, edge: Edge): QueueMapping {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = () => signal.aborted;
  const running = new Set<Promise<void>>();
  const gathering = createGathering(queue, settings, edge.clock);
  const report = (error: unknown) => edge.log.line('queues', `${settings.logicalId}: ${messageOf(error)}`);
  let wake: () => void = () => undefined;

  async function deliver(batch: readonly Message[]): Promise<void> {
    const invocation = await edge.invoke(queueEventOf(batch, queue.settings.arn));
    if (stopped() && !invocation.ok) return;
    const failed = new Set(failedMessages(batch, invocation, settings.reportsItemFailures));
    for (const message of batch) if (!failed.has(message)) queue.remove(message.receipt);
    if (failed.size > 0)
      edge.log.line('queues', `${settings.logicalId}: ${failed.size} of ${batch.length} messages failed and come back`);
    edge.afterwards();
  }

  function begin(batch: readonly Message[]): void {
    const work = deliver(batch)
      .catch(report)
      .finally(() => {
        running.delete(work);
        wake();
      });
    running.add(work);
  }

  /** Waits for a message to be sent, to become visible or to be dealt with. */
  async function rest(woken: Promise<void>): Promise<void> {
    const next = running.size < settings.concurrency ? queue.nextVisibleIn() : undefined;
    if (next === undefined) return await woken;
    const asleep = new AbortController();
    await Promise.race([woken, edge.clock.wait(Math.max(1, next), asleep.signal)]);
    asleep.abort();
  }

  async function turn(): Promise<void> {
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const batch = running.size < settings.concurrency ? await gathering.next(signal) : [];
    if (batch.length > 0) begin(batch);
    gathering.begun();
    if (batch.length === 0 && !stopped()) await rest(woken);
  }

  async function poll(): Promise<void> {
    while (!stopped()) {
      await turn().catch(async (error: unknown) => {
        report(error);
        await pause(AFTER_FAILURE);
      });
    }
  }

  queue.onSent(() => wake());
  const polling = poll();
  return {
    quiet: () => running.size === 0 && gathering.held() === 0 && queue.counts().visible === 0,
    async stop() {
      stopping.abort();
      wake();
      await polling;
      await Promise.all(running);
    },
  };
}
