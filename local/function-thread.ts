import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { FunctionSettings } from './function-settings.ts';
import { failedInvocation, type Invocation, LARGEST_PAYLOAD } from './invocation.ts';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';

/** An event and who waits for its answer. */
export interface Job {
  readonly payload: string;
  readonly done: (invocation: Invocation) => void;
}

/** A thread that serves one event at a time, as one execution environment of Lambda does. */
export interface Thread {
  readonly state: 'starting' | 'free' | 'busy' | 'ending';
  /** Whether somebody waits for its answer. */
  readonly busy: boolean;
  /** Serves an event; only while it is free. */
  serve(job: Job): void;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Who started a thread and gives it work. */
export interface ThreadOwner {
  /** An event that waits: whoever fails to start fails one of them. */
  take(): Job | undefined;
  /** It can serve another event. */
  free(): void;
  /** It has ended. */
  gone(thread: Thread): void;
}

const messageSchema = z.object({ kind: z.enum(['ready', 'answer', 'failure', 'unloadable']), payload: z.string() });
const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** What Lambda gives a bundle to load. */
const INITIALISATION_LIMIT = 10_000;

const UNLOADABLE = 'its bundle does not load';

function bundleUrl({ folder, handler }: FunctionSettings): string {
  const file = handler.slice(0, handler.lastIndexOf('.'));
  const found = ['mjs', 'js', 'cjs']
    .map((ending) => join(folder, `${file}.${ending}`))
    .find((path) => existsSync(path));
  return pathToFileURL(found ?? join(folder, `${file}.mjs`)).href;
}

function startWorker(settings: FunctionSettings, offset: BigInt64Array | undefined, log: Log): Worker {
  const worker = new Worker(new URL('function-worker.ts', import.meta.url), {
    env: { ...settings.environment },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: settings.memory },
    workerData: {
      bundle: bundleUrl(settings),
      exportName: settings.handler.slice(settings.handler.lastIndexOf('.') + 1),
      functionName: settings.name,
      functionArn: settings.arn,
      memoryLimit: String(settings.memory),
      offset,
    },
  });
  worker.stdout.on('data', (chunk: Buffer) => log.output(settings.logicalId, chunk.toString()));
  worker.stderr.on('data', (chunk: Buffer) => log.output(settings.logicalId, chunk.toString()));
  return worker;
}

function failureOf(payload: string): { errorType: string; errorMessage: string } {
  return failureSchema.parse(parseJson(payload));
}

function answerOf(payload: string): Invocation {
  if (Buffer.byteLength(payload) > LARGEST_PAYLOAD)
    return failedInvocation('Function.ResponseSizeTooLarge', 'its answer is larger than 6 MB');
  return { ok: true, payload };
}

/**
 * Starts a thread of a Lambda. It ends by itself when its bundle does not load, when an event takes too long, and when
 * the Lambda ends its process; whoever waited for an answer then hears why, and so does the log.
 */
export function startThread(
  settings: FunctionSettings,
  owner: ThreadOwner,
  log: Log,
  offset: BigInt64Array | undefined,
): Thread {
  const worker = startWorker(settings, offset, log);
  let job: Job | undefined;
  let ready = false;
  /** Why it is being ended, and whether everybody concerned knows already. */
  let ending: { readonly reason: string; readonly known: boolean } | undefined;
  let timer = setTimeout(() => end('its bundle did not load within 10 s'), INITIALISATION_LIMIT);

  function end(reason: string, known = false): void {
    ending ??= { reason, known };
    void worker.terminate();
  }

  function finish(invocation: Invocation): void {
    clearTimeout(timer);
    const ended = job;
    job = undefined;
    if (!invocation.ok) log.line(settings.logicalId, invocation.reason);
    ended?.done(invocation);
  }

  function receive(message: unknown): void {
    const parsed = messageSchema.safeParse(message);
    if (!parsed.success || ending !== undefined) return;
    const { kind, payload } = parsed.data;
    if (kind === 'unloadable') {
      job ??= owner.take();
      finish({ ok: false, payload, reason: `${UNLOADABLE}: ${failureOf(payload).errorMessage}` });
      end(UNLOADABLE, true);
      return;
    }
    if (kind === 'ready') {
      clearTimeout(timer);
      ready = true;
    } else if (kind === 'answer') finish(answerOf(payload));
    else {
      const { errorType, errorMessage } = failureOf(payload);
      finish({ ok: false, payload, reason: `failed with ${errorType}: ${errorMessage}` });
    }
    owner.free();
  }

  worker.on('message', receive);
  worker.on('error', (error: Error) => {
    ending ??= { reason: `crashed: ${error.message}`, known: false };
  });
  worker.on('exit', (code) => {
    clearTimeout(timer);
    const { reason, known } = ending ?? { reason: `ended its process (exit code ${code})`, known: false };
    if (!ready && !known) job ??= owner.take();
    const type = reason.startsWith('timed out') ? 'Sandbox.Timedout' : 'Runtime.ExitError';
    if (job !== undefined || !known) finish(failedInvocation(type, reason));
    owner.gone(thread);
  });

  const thread: Thread = {
    get state() {
      if (ending !== undefined) return 'ending';
      if (!ready) return 'starting';
      return job === undefined ? 'free' : 'busy';
    },
    get busy() {
      return job !== undefined;
    },
    serve(next) {
      job = next;
      timer = setTimeout(() => end(`timed out after ${settings.timeout / 1000} s`), settings.timeout);
      worker.postMessage({ requestId: randomUUID(), payload: next.payload, timeout: settings.timeout }, []);
    },
    async kill() {
      ending ??= { reason: 'its process was killed', known: true };
      await worker.terminate();
    },
  };
  return thread;
}
