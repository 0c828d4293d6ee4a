import { setTimeout as pause } from 'node:timers/promises';
import { isBusyTable } from './busy-table.ts';

const mostAttempts = 6;
const firstPauseMilliseconds = 25;

/**
 * Does the same work for each of many things, at most `most` of them at once, and answers in their order. The first that
 * fails ends it: what is under way is waited for, nothing more is begun, and the failure is thrown.
 */
export async function manyAtOnce<Thing, Result>(
  things: readonly Thing[],
  most: number,
  work: (thing: Thing) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = things.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, thing] of left) {
      if (failed) return;
      try {
        results[index] = await work(thing);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, things.length) }, worker));
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}

/**
 * Does something with the table again, after growing pauses of 0.8 seconds in all, as long as the table is too busy for it
 * beyond the client's own retries. Only for what may be done twice. Throws what it met last.
 */
export async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === mostAttempts || !isBusyTable(error)) throw error;
      await pause(firstPauseMilliseconds * 2 ** (attempt - 1));
    }
  }
}
