import { expect, test } from '@jest/globals';
import { createClock } from '../../local/clock.ts';

const start = new Date('2027-01-15T10:00:00.000Z');

/** Whether a promise has resolved, without waiting for it. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

test('a clock that stands still moves only when it is advanced, and wakes whoever waited for less', async () => {
  const clock = createClock({ running: false, start });
  const [soon, late] = [clock.wait(1_000), clock.wait(3_600_000)];
  expect(await isDone(soon)).toBe(false);
  clock.advance(999);
  expect(await isDone(soon)).toBe(false);
  clock.advance(1);
  expect(await isDone(soon)).toBe(true);
  expect(await isDone(late)).toBe(false);
  expect(clock.now()).toEqual(new Date('2027-01-15T10:00:01.000Z'));
  clock.advance(3_600_000);
  expect(await isDone(late)).toBe(true);
});

test('whoever waits on a running clock that was advanced waits only for what is left', async () => {
  const clock = createClock();
  const waiting = clock.wait(3_600_000);
  clock.advance(3_600_000 - 20);
  expect(await isDone(waiting)).toBe(false);
  const before = performance.now();
  await waiting;
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('a wait longer than timers go does not end at once', async () => {
  const clock = createClock();
  const stop = new AbortController();
  const waiting = clock.wait(2 ** 40, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await isDone(waiting)).toBe(false);
  stop.abort();
  await waiting;
});

test('an aborted wait ends at once, and one for no time does not begin', async () => {
  const clock = createClock({ running: false, start });
  const stop = new AbortController();
  const waiting = clock.wait(1_000, stop.signal);
  stop.abort();
  expect(await isDone(waiting)).toBe(true);
  expect(await isDone(clock.wait(1_000, stop.signal))).toBe(true);
  expect(await isDone(clock.wait(0))).toBe(true);
});

test('a clock that begins behind plays the past, and from when it has caught up it is exactly the other', async () => {
  const clock = createClock({ running: false, start, behind: 3_600_000 });
  expect(clock.now()).toEqual(new Date('2027-01-15T09:00:00.000Z'));
  const waiting = clock.wait(clock.behind);
  clock.advance(1_800_000);
  expect(clock.behind).toBe(1_800_000);
  expect(await isDone(waiting)).toBe(false);
  clock.catchUp();
  await waiting;
  expect([clock.behind, clock.now(), clock.offset[0]]).toEqual([0, start, 0n]);
  clock.advance(1_000);
  clock.catchUp();
  expect([clock.behind, clock.now()]).toEqual([0, new Date('2027-01-15T10:00:01.000Z')]);
});

test('a running clock that has caught up goes with the machine', () => {
  const clock = createClock({ behind: 70 * 86_400_000 });
  clock.catchUp();
  const before = Date.now();
  const now = clock.now().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('time does not go back', () => {
  expect(() => createClock().advance(-1)).toThrow(RangeError);
});
