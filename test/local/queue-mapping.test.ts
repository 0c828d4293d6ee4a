import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { createClock, type MovableClock } from '../../local/clock.ts';
import { failedInvocation, type Invocation } from '../../local/invocation.ts';
import { createMemoryLog } from '../../local/log.ts';
import { type QueueMapping, type QueueMappingSettings, startQueueMapping } from '../../local/queue-mapping.ts';
import { createQueue, type Queue } from '../../local/queue.ts';

const second = 1_000;
const eventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string() }),
      messageAttributes: z.record(z.string(), z.unknown()),
      eventSource: z.literal('aws:sqs'),
      eventSourceARN: z.literal('arn:queue'),
    }),
  ),
});
type Records = z.infer<typeof eventSchema>['Records'];

let clock: MovableClock;
let queue: Queue;
let mapping: QueueMapping | undefined;
let dead: string[];
let batches: string[][];
let answer: (records: Records) => Invocation | Promise<Invocation>;

beforeEach(() => {
  clock = createClock({ running: false });
  dead = [];
  batches = [];
  answer = () => done();
  queue = createQueue(
    {
      logicalId: 'Queue',
      name: 'queue',
      arn: 'arn:queue',
      url: 'http://127.0.0.1/queue',
      delay: 0,
      visibility: 30 * second,
      retention: 3_600 * second,
      wait: 0,
      largestMessage: 1024,
      redrive: { arn: 'arn:dead', maximumReceives: 2 },
    },
    { clock, file: undefined, redrive: ({ body }) => void dead.push(body) },
  );
});
afterEach(async () => await mapping?.stop());

function done(...failed: readonly string[]): Invocation {
  return {
    ok: true,
    payload: JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }),
  };
}

const idsOf = (records: Records, bodies: readonly string[]) =>
  records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => messageId);

/** Starts the mapping; each batch is noted by its bodies. */
function start(changed: Partial<QueueMappingSettings> = {}): void {
  const settings = {
    logicalId: 'Mapping',
    lambda: 'Worker',
    batchSize: 3,
    window: 0,
    patterns: [],
    reportsItemFailures: true,
    concurrency: 2,
    ...changed,
  };
  mapping = startQueueMapping(queue, settings, {
    clock,
    log: createMemoryLog(),
    afterwards: () => undefined,
    async invoke(payload) {
      const { Records } = eventSchema.parse(JSON.parse(payload));
      batches.push(Records.map(({ body }) => body));
      return await answer(Records);
    },
  });
}

function send(...bodies: readonly string[]): void {
  for (const body of bodies) queue.send(body);
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await turn();
}

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await settle();
}

const left = () => queue.counts().visible + queue.counts().hidden;

describe('a mapping of a queue', () => {
  test('hands messages over in batches and removes what was dealt with', async () => {
    send('a', 'b', 'c', 'd');
    start();
    await settle();
    expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
    expect(left()).toBe(0);
    expect(mapping?.quiet()).toBe(true);
  });

  test('runs no more batches at once than it may', async () => {
    const held = Promise.withResolvers<Invocation>();
    answer = () => held.promise;
    send('a', 'b', 'c', 'd', 'e', 'f', 'g');
    start();
    await settle();
    expect(batches).toHaveLength(2);
    expect(mapping?.quiet()).toBe(false);
    held.resolve(done());
    await settle();
    expect(batches.flat()).toHaveLength(7);
  });

  test('only the failed messages of a batch come back, after the visibility timeout', async () => {
    answer = (records) => done(...idsOf(records, ['b']));
    send('a', 'b', 'c');
    start();
    await settle();
    expect(left()).toBe(1);
    await pass(30 * second - 1);
    expect(batches).toHaveLength(1);
    await pass(1);
    expect(batches).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('a message that always fails ends in the dead-letter queue, and nothing else does', async () => {
    answer = (records) => done(...idsOf(records, ['poison']));
    send('a', 'poison');
    start();
    await settle();
    for (let retry = 0; retry < 3; retry += 1) await pass(30 * second);
    expect(batches).toEqual([['a', 'poison'], ['poison']]);
    expect(dead).toEqual(['poison']);
    expect(left()).toBe(0);
  });

  test.each<[says: string, answered: Invocation]>([
    ['a failed invocation', failedInvocation('Runtime.ExitError', 'ended')],
    ['an answer that makes no sense', { ok: true, payload: '{"batchItemFailures":"all"}' }],
    ['a failure of a message that was not in the batch', done('somebody else')],
  ])('%s fails the whole batch', async (_, answered) => {
    answer = () => answered;
    send('a', 'b');
    start();
    await settle();
    expect(left()).toBe(2);
    answer = () => done();
    await pass(30 * second);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(left()).toBe(0);
  });

  test('without reports of failures an answer means success, whatever it says', async () => {
    answer = (records) => done(...records.map(({ messageId }) => messageId));
    send('a');
    start({ reportsItemFailures: false });
    await settle();
    expect(left()).toBe(0);
  });

  test('an empty answer means that all was dealt with', async () => {
    answer = () => ({ ok: true, payload: 'null' });
    send('a');
    start();
    await settle();
    expect(left()).toBe(0);
  });

  test('what the filters do not want is removed unseen', async () => {
    send('{"detail":{"kind":"wanted"}}', '{"detail":{"kind":"other"}}', 'text');
    start({ patterns: [{ body: { detail: { kind: ['wanted'] } } }] });
    await settle();
    expect(batches).toEqual([['{"detail":{"kind":"wanted"}}']]);
    expect(left()).toBe(0);
  });

  test('waits for a batch to fill, but no longer than its window', async () => {
    start({ window: 5 * second });
    send('a');
    await settle();
    send('b');
    for (let waited = 0; waited < 5; waited += 1) await pass(900);
    expect(batches).toEqual([]);
    expect(mapping?.quiet()).toBe(false);
    await pass(500);
    expect(batches).toEqual([['a', 'b']]);
    send('c', 'd', 'e');
    await pass(50);
    expect(batches.at(-1)).toEqual(['c', 'd', 'e']);
  });

  test('delayed messages are taken when their time has come', async () => {
    start();
    queue.send('later', { delay: 10 * second });
    await settle();
    expect(batches).toEqual([]);
    expect(mapping?.quiet()).toBe(true);
    await pass(10 * second);
    expect(batches).toEqual([['later']]);
  });

  test('attributes of messages are named as Lambda names them', async () => {
    const seen: unknown[] = [];
    answer = (records) => {
      seen.push(...records.map(({ messageAttributes }) => messageAttributes));
      return done();
    };
    queue.send('a', { attributes: { kind: { DataType: 'String', StringValue: 'test' } } });
    start();
    await settle();
    expect(seen).toEqual([{ kind: { dataType: 'String', stringValue: 'test' } }]);
  });

  test('what fails while the run stops is not lost', async () => {
    const held = Promise.withResolvers<Invocation>();
    answer = () => held.promise;
    send('a');
    start();
    await settle();
    const stopping = mapping?.stop();
    held.resolve(failedInvocation('Runtime.ExitError', 'the run is stopping'));
    await stopping;
    expect(left()).toBe(1);
  });
});
