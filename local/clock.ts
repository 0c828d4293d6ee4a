/**
 * The clock of the local run. Queues, streams, schedules and caches never look at the time themselves: they
 * ask this one, so that a test moves time instead of waiting for it.
 */
export interface Clock {
  /** The moment it is now. */
  now(): Date;
  /** Resolves when `milliseconds` have passed on this clock, or at once when `signal` aborts; it never rejects. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that a test (or `LocalRun.clock`) moves forward. */
export interface MovableClock extends Clock {
  /** Moves time forward by so many milliseconds (0 or more) and wakes whoever waited for less. */
  advance(milliseconds: number): void;
  /** Milliseconds by which it is still behind the machine's; 0 when it is not. */
  readonly behind: number;
  /** Ends being behind: from then on it is exactly the machine's. One that is not behind stays as it is. */
  catchUp(): void;
  /** Milliseconds by which this clock is ahead of the machine's, shared with the workers (index 0). */
  readonly offset: BigInt64Array;
}

/** setTimeout fires at once for more than this, so longer waits are cut into pieces. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Makes a clock that can be moved.
 *
 * `running` (the default) follows the machine's clock, plus what it was advanced by. When false, time stands
 * still at `start` until it is advanced; timers then fire only through `advance`. `behind` (milliseconds) begins it so
 * long before either, so that a past can be played until it has caught up.
 */
export function createClock({ running = true, start = new Date(), behind = 0 } = {}): MovableClock {
  const offset = new BigInt64Array(new SharedArrayBuffer(8));
  Atomics.store(offset, 0, -BigInt(Math.round(behind)));
  /** Each looks whether its time has come, and if not, how long it still has to sleep. */
  const waiters = new Set<() => void>();
  const time = () => (running ? Date.now() : start.getTime()) + Number(Atomics.load(offset, 0));

  function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true || milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const due = time() + milliseconds;
      let timer: NodeJS.Timeout | undefined;
      const wake = () => {
        clearTimeout(timer);
        waiters.delete(look);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const look = () => {
        clearTimeout(timer);
        const left = due - time();
        if (left <= 0) wake();
        else if (running) timer = setTimeout(look, Math.min(left, LONGEST_TIMER));
      };
      waiters.add(look);
      signal?.addEventListener('abort', wake, { once: true });
      look();
    });
  }

  const stillBehind = () => Math.max(0, -Number(Atomics.load(offset, 0)));
  function advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('time does not go back');
    Atomics.add(offset, 0, BigInt(Math.round(milliseconds)));
    for (const look of waiters) look();
  }

  return {
    now: () => new Date(time()),
    wait,
    advance,
    get behind() {
      return stillBehind();
    },
    catchUp: () => advance(stillBehind()),
    offset,
  };
}
