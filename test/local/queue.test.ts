import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock, type MovableClock } from '../../local/clock.ts';
import type { Message } from '../../local/held-messages.ts';
import { createQueue, type Queue, type QueueSettings } from '../../local/queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'cohortium-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const second = 1_000;
const settings: QueueSettings = {
  logicalId: 'Queue',
  name: 'queue',
  arn: 'arn:aws:sqs:eu-west-2:000000000000:queue',
  url: 'http://127.0.0.1/queue',
  delay: 0,
  visibility: 30 * second,
  retention: 3_600 * second,
  wait: 0,
  largestMessage: 1024,
  redrive: { arn: 'arn:dead', maximumReceives: 2 },
};

let clock: MovableClock;
let redriven: Message[];

beforeEach(() => {
  clock = createClock({ running: false });
  redriven = [];
});

/** A queue of the test's clock; what it redrives is kept in `redriven`. */
function queueWith(changed: Partial<QueueSettings> = {}, file?: string): Queue {
  return createQueue({ ...settings, ...changed }, { clock, file, redrive: (message) => void redriven.push(message) });
}

const bodies = (messages: readonly Message[]) => messages.map(({ body }) => body);

/** The one message that is visible. */
function receiveOne(queue: Queue): Message {
  const [message, ...others] = queue.receive(10);
  if (message === undefined || others.length > 0) throw new Error('There is not exactly one visible message');
  return message;
}

describe('a message', () => {
  test('is received once, up to the limit, oldest first, and again when nobody removes it in time', () => {
    const queue = queueWith();
    for (const body of ['a', 'b', 'c']) queue.send(body);
    expect(bodies(queue.receive(2))).toEqual(['a', 'b']);
    expect(bodies(queue.receive(2))).toEqual(['c']);
    expect(queue.receive(2)).toEqual([]);
    clock.advance(30 * second - 1);
    expect(queue.receive(10)).toEqual([]);
    clock.advance(1);
    const again = queue.receive(10);
    expect(bodies(again)).toEqual(['a', 'b', 'c']);
    expect(again.map(({ receives }) => receives)).toEqual([2, 2, 2]);
  });

  test('is gone once it is removed by its latest receipt, and not by an older one', () => {
    const queue = queueWith();
    queue.send('a');
    const { receipt: old } = receiveOne(queue);
    clock.advance(30 * second);
    const { receipt: latest } = receiveOne(queue);
    expect(queue.remove(old)).toBe(false);
    expect(queue.changeVisibility(old, 0)).toBe(false);
    expect(queue.counts()).toEqual({ visible: 0, hidden: 1, delayed: 0 });
    expect(queue.remove(latest)).toBe(true);
    clock.advance(30 * second);
    expect(queue.receive(10)).toEqual([]);
  });

  test('waits for the queue’s delay, or for its own', () => {
    const queue = queueWith({ delay: 5 * second });
    queue.send('as the queue says');
    queue.send('at once', { delay: 0 });
    queue.send('later', { delay: 60 * second });
    expect(queue.counts()).toEqual({ visible: 1, hidden: 0, delayed: 2 });
    expect(receiveOne(queue).body).toBe('at once');
    expect(queue.nextVisibleIn()).toBe(5 * second);
    clock.advance(5 * second);
    expect(receiveOne(queue).body).toBe('as the queue says');
    clock.advance(20 * second);
    expect(queue.receive(10)).toEqual([]);
  });

  test('comes back when its receiver says so', () => {
    const queue = queueWith();
    queue.send('a');
    let told = 0;
    queue.onSent(() => (told += 1));
    queue.changeVisibility(receiveOne(queue).receipt, 2 * second);
    expect(told).toBe(1);
    expect(queue.receive(10)).toEqual([]);
    clock.advance(2 * second);
    expect(receiveOne(queue).receives).toBe(2);
  });

  test('that was received too often is redriven instead of received', () => {
    const queue = queueWith();
    queue.send('poison', { attributes: { kind: 'test' } });
    for (let receive = 0; receive < 2; receive += 1) {
      expect(receiveOne(queue).body).toBe('poison');
      clock.advance(30 * second);
    }
    expect(redriven).toEqual([]);
    expect(queue.receive(10)).toEqual([]);
    expect(redriven).toMatchObject([{ body: 'poison', attributes: { kind: 'test' }, receives: 2 }]);
    expect(queue.counts()).toEqual({ visible: 0, hidden: 0, delayed: 0 });
  });

  test('is received without end where the queue has no dead-letter queue', () => {
    const queue = queueWith({ redrive: undefined });
    queue.send('a');
    for (let receive = 1; receive < 20; receive += 1) {
      expect(receiveOne(queue).receives).toBe(receive);
      clock.advance(30 * second);
    }
  });

  test('is dropped when it is older than the queue keeps messages', () => {
    const queue = queueWith();
    queue.send('a');
    clock.advance(3_600 * second);
    expect(receiveOne(queue).body).toBe('a');
    clock.advance(30 * second);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.counts().hidden).toBe(0);
    expect(redriven).toEqual([]);
  });
});

describe('after a restart', () => {
  test('messages are there in their order, with their receives; whoever had received one is gone, so it is visible', () => {
    const file = join(folder, 'restart.journal');
    const queue = queueWith({}, file);
    for (const body of ['a', 'b', 'removed']) queue.send(body);
    queue.receive(2);
    queue.remove(receiveOne(queue).receipt);
    const next = queueWith({}, file).receive(10);
    expect(next.map(({ body, receives }) => [body, receives])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  test('what was told to wait still waits', () => {
    const file = join(folder, 'delay.journal');
    const queue = queueWith({}, file);
    queue.send('delayed', { delay: 600 * second });
    queue.send('given back');
    queue.changeVisibility(receiveOne(queue).receipt, 300 * second);
    const next = queueWith({}, file);
    expect(next.receive(10)).toEqual([]);
    clock.advance(300 * second);
    const givenBack = receiveOne(next);
    expect(givenBack.body).toBe('given back');
    next.remove(givenBack.receipt);
    clock.advance(300 * second);
    expect(receiveOne(queueWith({}, file)).body).toBe('delayed');
  });
});
