import type { FunctionSettings } from './function-settings.ts';
import { type Job, startThread, type Thread, type ThreadOwner } from './function-thread.ts';
import { failedInvocation, type Invocation } from './invocation.ts';
import type { Log } from './log.ts';

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

const stopping = () => failedInvocation('Runtime.ExitError', 'the run is stopping');

/**
 * Makes the pool of one Lambda. Threads start with the first events, never more than `settings.concurrency`, and a
 * thread that dies is replaced by the next event. `offset` is the moved time that the Lambda is to see.
 */
export function createFunctionPool(settings: FunctionSettings, log: Log, offset?: BigInt64Array): FunctionPool {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let stopped = false;

  function serveNext(): void {
    if (stopped) return;
    for (const thread of threads) {
      if (thread.state !== 'free') continue;
      const job = waiting.shift();
      if (job === undefined) return;
      thread.serve(job);
    }
    const starting = [...threads].filter(({ state }) => state === 'starting').length;
    if (waiting.length > starting && threads.size < settings.concurrency)
      threads.add(startThread(settings, owner, log, offset));
  }

  const owner: ThreadOwner = {
    take: () => waiting.shift(),
    free: serveNext,
    gone(thread) {
      threads.delete(thread);
      serveNext();
    },
  };

  const kill = async () => void (await Promise.all([...threads].map((thread) => thread.kill())));

  return {
    settings,
    invoke(payload) {
      if (stopped) return Promise.resolve(stopping());
      return new Promise((done) => {
        waiting.push({ payload, done });
        serveNext();
      });
    },
    kill,
    async stop() {
      stopped = true;
      for (const { done } of waiting.splice(0)) done(stopping());
      await kill();
    },
    get busy() {
      return waiting.length + [...threads].filter(({ busy }) => busy).length;
    },
  };
}
