import { z } from 'zod';
import type { Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import type { Invocation } from './function-pool.ts';
import { type Json, tryParseJson } from './json.ts';
import { type Log, messageOf } from './log.ts';
import { REGION } from './place.ts';
import { md5, type Message, type Queue } from './queue.ts';

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

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** A message as Lambda hands it over. */
function recordOf(message: Message, arn: string): Json {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
    messageAttributes: message.attributes,
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: REGION,
  };
}

/** The messages of a batch that were not dealt with; all of them when the Lambda failed or its answer makes no sense. */
export function failedMessages(
  batch: readonly Message[],
  invocation: Invocation,
  reportsItemFailures: boolean,
): readonly Message[] {
  if (!invocation.ok) return batch;
  if (!reportsItemFailures) return [];
  const value = tryParseJson(invocation.payload);
  if (value === undefined || value === null) return [];
  const answer = failuresSchema.safeParse(value);
  if (!answer.success) return batch;
  const ids = (answer.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (ids.some((id) => !batch.some((message) => message.id === id))) return batch;
  return batch.filter(({ id }) => ids.includes(id));
}

/**
 * Starts a mapping: batches of visible messages go to the Lambda; what it dealt with is deleted, what failed comes back
 * after the visibility timeout (and is redriven by the queue). Filtered-out messages are deleted, as Lambda does.
 */
export function startQueueMapping(
  queue: Queue,
  settings: QueueMappingSettings,
  edge: {
    readonly invoke: (payload: string) => Promise<Invocation>;
    readonly clock: Clock;
    readonly log: Log;
    readonly afterwards: () => void;
  },
): QueueMapping {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let wake: () => void = () => undefined;
  let gathering = 0;

  function wanted(message: Message): boolean {
    if (settings.patterns.length === 0) return true;
    const record = { body: tryParseJson(message.body) ?? message.body };
    return settings.patterns.some((pattern) => matchesPattern(pattern, record));
  }

  async function deliver(batch: readonly Message[]): Promise<void> {
    const { arn } = queue.settings;
    const invocation = await edge.invoke(JSON.stringify({ Records: batch.map((message) => recordOf(message, arn)) }));
    const failed = new Set(failedMessages(batch, invocation, settings.reportsItemFailures));
    if (signal.aborted && !invocation.ok) return;
    for (const message of batch) if (!failed.has(message)) queue.remove(message.receipt);
    if (failed.size > 0)
      edge.log.line('queues', `${settings.logicalId}: ${failed.size} of ${batch.length} messages failed and come back`);
    edge.afterwards();
  }

  function begin(batch: readonly Message[]): void {
    const work = deliver(batch)
      .catch((error: unknown) => edge.log.line('queues', `${settings.logicalId}: ${messageOf(error)}`))
      .finally(() => {
        running.delete(work);
        wake();
      });
    running.add(work);
  }

  async function gather(): Promise<Message[]> {
    const batch: Message[] = [];
    const until = edge.clock.now().getTime() + settings.window;
    for (;;) {
      const received = queue.receive(settings.batchSize - batch.length);
      for (const message of received) {
        if (wanted(message)) batch.push(message);
        else queue.remove(message.receipt);
      }
      gathering = batch.length;
      const left = until - edge.clock.now().getTime();
      if (signal.aborted || batch.length === 0 || batch.length >= settings.batchSize || left <= 0) return batch;
      await edge.clock.wait(Math.min(left, 50), signal);
    }
  }

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const batch = running.size < settings.concurrency ? await gather() : [];
      if (batch.length > 0) begin(batch);
      gathering = 0;
      if (batch.length > 0) continue;
      const asleep = new AbortController();
      const next = running.size < settings.concurrency ? queue.nextVisibleIn() : undefined;
      const turn =
        next === undefined ? woken : Promise.race([woken, edge.clock.wait(Math.max(1, next), asleep.signal)]);
      await turn;
      asleep.abort();
    }
  }

  queue.onSent(() => wake());
  const polling = poll().catch((error: unknown) =>
    edge.log.line('queues', `${settings.logicalId}: ${messageOf(error)}`),
  );
  return {
    quiet: () => running.size === 0 && gathering === 0 && queue.counts().visible === 0,
    async stop() {
      stopping.abort();
      wake();
      await polling;
      await Promise.all(running);
    },
  };
}
