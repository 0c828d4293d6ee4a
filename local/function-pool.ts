import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Log } from './log.ts';

/** What the template and this machine say about one Lambda. */
export interface FunctionSettings {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly folder: string;
  readonly handler: string;
  /** Milliseconds a single event may take. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
  /** How many events it serves at once at most. */
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** How an invocation ended. A failed one carries the error as Lambda describes it and one sentence for people. */
export type Invocation =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly payload: string; readonly reason: string };

/** One Lambda: a small pool of threads that serve one event at a time each. */
export interface FunctionPool {
  readonly settings: FunctionSettings;
  /** Runs one event (JSON text); always resolves, with a failure when the Lambda failed, timed out or died. */
  invoke(payload: string): Promise<Invocation>;
  /** Ends all its threads at once, in the middle of whatever they do; the next event starts new ones. */
  kill(): Promise<void>;
  /** Ends all its threads for good; events that wait fail. */
  stop(): Promise<void>;
  /** How many events are running or waiting. */
  readonly busy: number;
}

interface Job {
  readonly payload: string;
  readonly done: (invocation: Invocation) => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | undefined;
  ready: boolean;
  timer: NodeJS.Timeout | undefined;
  /** Why it was ended on purpose, for the caller whose event it was serving. */
  ending: string | undefined;
}

const messageSchema = z.object({ kind: z.enum(['ready', 'answer', 'failure', 'unloadable']), payload: z.string() });
const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** What Lambda gives a bundle to load. */
const INITIALISATION_LIMIT = 10_000;
/** Bytes of a synchronous answer that Lambda takes. */
const LARGEST_ANSWER = 6 * 1024 * 1024;

function bundleUrl({ folder, handler }: FunctionSettings): string {
  const file = handler.slice(0, handler.lastIndexOf('.'));
  const found = ['mjs', 'js', 'cjs']
    .map((ending) => join(folder, `${file}.${ending}`))
    .find((path) => existsSync(path));
  return pathToFileURL(found ?? join(folder, `${file}.mjs`)).href;
}

function failed(errorType: string, errorMessage: string): Invocation {
  return { ok: false, payload: JSON.stringify({ errorType, errorMessage }), reason: errorMessage };
}

function startWorker(settings: FunctionSettings, offset: BigInt64Array | undefined): Worker {
  return new Worker(new URL('function-worker.ts', import.meta.url), {
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
}

/**
 * Makes the pool of one Lambda. Threads start with the first events, never more than `settings.concurrency`, and a
 * thread that dies is replaced by the next event. `offset` is the moved time that the Lambda is to see.
 */
export function createFunctionPool(settings: FunctionSettings, log: Log, offset?: BigInt64Array): FunctionPool {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let stopped = false;

  function finish(thread: Thread, invocation: Invocation): void {
    clearTimeout(thread.timer);
    const { job } = thread;
    thread.job = undefined;
    if (!invocation.ok) log.line(settings.logicalId, invocation.reason);
    job?.done(invocation);
  }

  function end(thread: Thread, reason: string): void {
    thread.ending = reason;
    void thread.worker.terminate();
  }

  function serveNext(): void {
    if (stopped) return;
    for (const thread of threads) {
      if (!thread.ready || thread.job !== undefined || thread.ending !== undefined) continue;
      const job = waiting.shift();
      if (job === undefined) return;
      thread.job = job;
      thread.timer = setTimeout(() => end(thread, `timed out after ${settings.timeout / 1000} s`), settings.timeout);
      thread.worker.postMessage({ requestId: randomUUID(), payload: job.payload, timeout: settings.timeout });
    }
    const starting = [...threads].filter(({ ready, ending }) => !ready && ending === undefined).length;
    if (waiting.length > starting && threads.size < settings.concurrency) start();
  }

  function receive(thread: Thread, message: unknown): void {
    const { kind, payload } = messageSchema.parse(message);
    clearTimeout(thread.timer);
    if (kind === 'ready') thread.ready = true;
    else if (kind === 'unloadable') {
      thread.job ??= waiting.shift();
      const { errorMessage } = failureSchema.parse(JSON.parse(payload));
      finish(thread, { ok: false, payload, reason: `its bundle does not load: ${errorMessage}` });
      end(thread, 'its bundle does not load');
      return;
    } else if (kind === 'failure') {
      const { errorType, errorMessage } = failureSchema.parse(JSON.parse(payload));
      finish(thread, { ok: false, payload, reason: `failed with ${errorType}: ${errorMessage}` });
    } else if (payload.length > LARGEST_ANSWER)
      finish(thread, failed('Function.ResponseSizeTooLarge', 'its answer is larger than 6 MB'));
    else finish(thread, { ok: true, payload });
    serveNext();
  }

  function start(): void {
    const worker = startWorker(settings, offset);
    const thread: Thread = { worker, job: undefined, ready: false, timer: undefined, ending: undefined };
    threads.add(thread);
    thread.timer = setTimeout(() => end(thread, 'its bundle did not load within 10 s'), INITIALISATION_LIMIT);
    worker.stdout.on('data', (chunk: Buffer) => log.output(settings.logicalId, chunk.toString()));
    worker.stderr.on('data', (chunk: Buffer) => log.output(settings.logicalId, chunk.toString()));
    worker.on('message', (message: unknown) => receive(thread, message));
    worker.on('error', (error: Error) => {
      thread.ending ??= `crashed: ${error.message}`;
    });
    worker.on('exit', (code) => {
      threads.delete(thread);
      if (!thread.ready && thread.ending !== 'its bundle does not load') thread.job ??= waiting.shift();
      const reason = thread.ending ?? `ended its process (exit code ${code})`;
      if (thread.job !== undefined)
        finish(thread, failed(reason.startsWith('timed out') ? 'Sandbox.Timedout' : 'Runtime.ExitError', reason));
      clearTimeout(thread.timer);
      serveNext();
    });
  }

  async function kill(): Promise<void> {
    const running = [...threads];
    for (const thread of running) thread.ending ??= 'its process was killed';
    await Promise.all(running.map(({ worker }) => worker.terminate()));
  }

  return {
    settings,
    invoke(payload) {
      if (stopped) return Promise.resolve(failed('Runtime.ExitError', 'the run is stopping'));
      return new Promise((done) => {
        waiting.push({ payload, done });
        serveNext();
      });
    },
    kill,
    async stop() {
      stopped = true;
      for (const { done } of waiting.splice(0)) done(failed('Runtime.ExitError', 'the run is stopping'));
      await kill();
    },
    get busy() {
      return waiting.length + [...threads].filter(({ job }) => job !== undefined).length;
    },
  };
}
