import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { type AsyncSettings, readAsyncSettings, usualAsyncSettings } from './async-settings.ts';
import type { Clock } from './clock.ts';
import type { Functions } from './functions.ts';
import { type JsonObject, parseJson } from './json.ts';
import { openJournal } from './kept-file.ts';
import { type Log, messageOf } from './log.ts';
import type { Queues } from './queues.ts';
import type { Resolver } from './resolve.ts';

/** Invocations that nobody waits for: by rules, schedules and `InvocationType: Event`. */
export interface AsyncInvocations {
  /** Takes an event for a Lambda; it is tried at once and kept until it succeeded or was given up. */
  submit(lambda: string, payload: string): void;
  /** Whether none is running (one that waits for its retry is not). */
  quiet(): boolean;
  stop(): Promise<void>;
}

const keptSchema = z.object({ lambda: z.string(), payload: z.string(), at: z.number(), attempts: z.number() });
type Kept = z.infer<typeof keptSchema>;

type Condition = 'RetriesExhausted' | 'EventAgeExceeded';

/** Lambda waits a minute before the first retry of a failed asynchronous event and two before the second. */
const MINUTE = 60_000;

/** Why an event that just failed is not tried again; undefined when it is. */
function conditionOf({ at, attempts }: Kept, { retries, maximumAge }: AsyncSettings, now: number) {
  if (attempts > retries) return 'RetriesExhausted';
  return now - at > maximumAge ? 'EventAgeExceeded' : undefined;
}

/** What Lambda sends to an on-failure destination. */
function failureRecord(
  { payload, attempts }: Kept,
  functionArn: string,
  condition: Condition,
  error: string,
  at: Date,
): JsonObject {
  return {
    version: '1.0',
    timestamp: at.toISOString(),
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: attempts },
    requestPayload: parseJson(payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: parseJson(error),
  };
}

/**
 * Makes the keeper of asynchronous invocations: two retries by default, after one and two minutes on the injected
 * clock, then the on-failure queue or a log line. What was accepted is tried again after a restart.
 */
export function createAsyncInvocations(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly log: Log;
  readonly file: string | undefined;
  readonly afterwards: () => void;
}): AsyncInvocations {
  const { clock, functions, log } = parts;
  const settings = readAsyncSettings(parts);
  const journal = openJournal(parts.file);
  const stopping = new AbortController();
  const stopped = () => stopping.signal.aborted;
  const work = new Set<Promise<void>>();
  let running = 0;

  function giveUp(kept: Kept, condition: Condition, reason: string, error: string): void {
    log.line('async', `an event for ${kept.lambda} is given up after ${kept.attempts} attempts: ${reason}`);
    const { onFailure } = settings.get(kept.lambda) ?? usualAsyncSettings;
    if (onFailure === undefined) return;
    const arn = functions.find(kept.lambda)?.settings.arn ?? kept.lambda;
    const record = failureRecord(kept, arn, condition, error, clock.now());
    parts.queues.find(onFailure)?.send(JSON.stringify(record));
  }

  /** Tries an event once; answers it as it is to be tried next, or undefined when it is done with. */
  async function attempt(kept: Kept): Promise<Kept | undefined> {
    running += 1;
    const invocation = await functions.invoke(kept.lambda, kept.payload).finally(() => (running -= 1));
    parts.afterwards();
    if (invocation.ok) return undefined;
    if (stopped()) return kept;
    const next = { ...kept, attempts: kept.attempts + 1 };
    const condition = conditionOf(next, settings.get(kept.lambda) ?? usualAsyncSettings, clock.now().getTime());
    if (condition === undefined) return next;
    giveUp(next, condition, invocation.reason, invocation.payload);
    return undefined;
  }

  async function run(id: string, first: Kept): Promise<void> {
    for (let kept: Kept | undefined = first; !stopped();) {
      kept = await attempt(kept);
      if (kept === undefined) return journal.remove(id);
      journal.put(id, kept);
      await clock.wait(kept.attempts * MINUTE, stopping.signal);
    }
  }

  function begin(id: string, kept: Kept): void {
    const done = run(id, kept)
      .catch((error: unknown) => log.line('async', `an event for ${kept.lambda}: ${messageOf(error)}`))
      .finally(() => work.delete(done));
    work.add(done);
  }

  for (const [id, value] of journal.entries) {
    const kept = keptSchema.safeParse(value);
    if (kept.success && functions.find(kept.data.lambda) !== undefined) begin(id, kept.data);
    else {
      log.line('async', 'an event of the last run is dropped: its Lambda is gone');
      journal.remove(id);
    }
  }

  return {
    submit(lambda, payload) {
      const known = functions.find(lambda)?.settings.logicalId;
      if (known === undefined) throw new Error(`There is no Lambda ${lambda} in this app.`);
      const kept = { lambda: known, payload, at: clock.now().getTime(), attempts: 0 };
      const id = randomUUID();
      journal.put(id, kept);
      begin(id, kept);
    },
    quiet: () => running === 0,
    async stop() {
      stopping.abort();
      await Promise.all(work);
    },
  };
}
