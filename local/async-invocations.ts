import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import type { Clock } from './clock.ts';
import type { Functions } from './functions.ts';
import { openJournal } from './kept-file.ts';
import type { Log } from './log.ts';
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

interface Config {
  readonly retries: number;
  readonly maximumAge: number;
  /** ARN of the queue that takes what was given up. */
  readonly onFailure: string | undefined;
}

const configSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});
const keptSchema = z.object({ lambda: z.string(), payload: z.string(), at: z.number(), attempts: z.number() });
type Kept = z.infer<typeof keptSchema>;

/** Lambda waits a minute before the first retry of a failed asynchronous event and two before the second. */
const MINUTE = 60_000;

function readConfigs(
  assembly: Assembly,
  resolver: Resolver,
  functions: Functions,
  queues: Queues,
): Map<string, Config> {
  const configs = new Map<string, Config>();
  for (const resource of assembly.resources) {
    if (resource.type !== 'AWS::Lambda::EventInvokeConfig') continue;
    const properties = configSchema.parse(resolver.properties(resource));
    const lambda = functions.find(properties.FunctionName)?.settings.logicalId;
    if (lambda === undefined) throw new Error(`${resource.logicalId}: there is no Lambda ${properties.FunctionName}.`);
    const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
    if (onFailure !== undefined && queues.find(onFailure) === undefined)
      throw new Error(`${resource.logicalId}: the on-failure destination ${onFailure} is not a queue of this app.`);
    configs.set(lambda, {
      retries: properties.MaximumRetryAttempts,
      maximumAge: properties.MaximumEventAgeInSeconds * 1000,
      onFailure,
    });
  }
  return configs;
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
  const configs = readConfigs(parts.assembly, parts.resolver, functions, parts.queues);
  const journal = openJournal(parts.file);
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  let running = 0;

  function giveUp(kept: Kept, config: Config, reason: string, errorPayload: string): void {
    log.line('async', `an event for ${kept.lambda} is given up after ${kept.attempts} attempts: ${reason}`);
    if (config.onFailure === undefined) return;
    const record = {
      version: '1.0',
      timestamp: clock.now().toISOString(),
      requestContext: {
        requestId: randomUUID(),
        functionArn: functions.find(kept.lambda)?.settings.arn,
        condition: 'RetriesExhausted',
        approximateInvokeCount: kept.attempts,
      },
      requestPayload: JSON.parse(kept.payload),
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: JSON.parse(errorPayload),
    };
    parts.queues.find(config.onFailure)?.send(JSON.stringify(record));
  }

  async function run(id: string, first: Kept): Promise<void> {
    const config = configs.get(first.lambda) ?? { retries: 2, maximumAge: 6 * 60 * MINUTE, onFailure: undefined };
    for (let kept = first; !stopping.signal.aborted;) {
      running += 1;
      const invocation = await functions.invoke(kept.lambda, kept.payload).finally(() => (running -= 1));
      parts.afterwards();
      if (invocation.ok) return journal.remove(id);
      if (stopping.signal.aborted) return;
      kept = { ...kept, attempts: kept.attempts + 1 };
      if (kept.attempts > config.retries || clock.now().getTime() - kept.at > config.maximumAge) {
        giveUp(kept, config, invocation.reason, invocation.payload);
        return journal.remove(id);
      }
      journal.put(id, kept);
      await clock.wait(kept.attempts * MINUTE, stopping.signal);
    }
  }

  function begin(id: string, kept: Kept): void {
    const done = run(id, kept).finally(() => work.delete(done));
    work.add(done);
  }

  for (const [id, value] of journal.entries) {
    const kept = keptSchema.safeParse(value);
    if (kept.success && functions.find(kept.data.lambda) !== undefined) begin(id, kept.data);
    else journal.remove(id);
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
