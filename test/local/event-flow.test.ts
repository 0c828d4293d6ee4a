import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { startFixture, type FixtureRun } from './fixture-run.ts';

const second = 1_000;
const minute = 60 * second;
let fixture: FixtureRun;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(async () => await fixture.run.stop());

/** A name for the note of each test, so that they do not meet. */
let pk: string;
let number = 0;
beforeEach(() => {
  number += 1;
  pk = `note-${number}`;
});

const announcedOf = (note: string) => fixture.announced.filter((detail) => detail.note === note);
const printedOf = (lambda: 'Listener' | 'Worker') => fixture.printed(lambda).filter((detail) => detail.note === pk);
const said = (text: string) => fixture.lines.filter((line) => line.includes(text));

describe('a note that is written', () => {
  test('goes through the stream, the relay and the bus to the Lambda whose rule hears it, once', async () => {
    await fixture.note(pk);
    await fixture.run.idle();
    expect(announcedOf(pk)).toHaveLength(1);
    await fixture.until(() => printedOf('Listener').length > 0);
    expect(printedOf('Listener')).toHaveLength(1);
    expect(printedOf('Worker')).toEqual([]);
  });

  test('goes to the queue’s Lambda, too, when the rule of the queue matches', async () => {
    await fixture.note(pk, { change: 'queue' });
    await fixture.run.idle();
    await fixture.until(() => printedOf('Worker').length > 0);
    expect(printedOf('Worker')).toMatchObject([{ receives: '1' }]);
    expect(fixture.run.queue('Work')?.counts()).toEqual({ visible: 0, hidden: 0, delayed: 0 });
  });

  test('is not announced when the filter does not want it', async () => {
    const { status } = await fixture.ask('POST', '/notes', { body: JSON.stringify({ pk }) });
    expect(status).toBe(201);
    await fixture.run.idle();
    expect(announcedOf(pk)).toEqual([]);
  });

  test('is announced late when the relay is late', async () => {
    fixture.run.setRelayDelay(30 * minute);
    await fixture.note(pk);
    await pause(100);
    expect(announcedOf(pk)).toEqual([]);
    // How late a record is, is decided when it is read.
    await fixture.until(() => {
      fixture.run.clock.advance(30 * minute);
      return announcedOf(pk).length > 0;
    });
    fixture.run.setRelayDelay(0);
    await fixture.run.idle();
    expect(announcedOf(pk)).toHaveLength(1);
  });
});

test('a message that fails comes back after the visibility timeout, and ends in the dead-letter queue', async () => {
  await fixture.note(pk, { change: 'queue', how: 'fail' });
  await fixture.run.idle();
  expect(fixture.run.queue('Work')?.counts()).toMatchObject({ hidden: 1 });
  for (let receive = 0; receive < 2; receive += 1) {
    fixture.run.clock.advance(30 * second);
    await fixture.run.idle();
  }
  await fixture.until(() => printedOf('Worker').length >= 2);
  expect(printedOf('Worker')).toMatchObject([{ receives: '1' }, { receives: '2' }]);
  const dead = fixture.run.queue('DeadLetters')?.receive(10) ?? [];
  expect(
    dead.map(
      ({ body }) => z.looseObject({ detail: z.looseObject({ note: z.string() }) }).parse(JSON.parse(body)).detail.note,
    ),
  ).toEqual([pk]);
  expect(said('was received too often')).toHaveLength(1);
});

test('a record that cannot be relayed is written where failed records go, and those around it are relayed', async () => {
  const around = [`${pk}-before`, `${pk}-after`];
  await fixture.note(`${pk}-before`);
  await fixture.note(pk, { change: 'throw' });
  await fixture.note(`${pk}-after`);
  await fixture.until(() => {
    fixture.run.clock.advance(second);
    return said('gives up 1 records').length > 0;
  });
  await fixture.run.idle();
  expect(around.map((note) => announcedOf(note).length)).toEqual([1, 1]);
  expect(announcedOf(pk)).toEqual([]);

  const folder = join(fixture.run.folder, 'failed-records');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\d{4}\/\d\d\/\d\d\/\d{4}/.test(name),
  );
  expect(files).toHaveLength(1);
  const schema = z.looseObject({
    requestContext: z.looseObject({ condition: z.string(), approximateInvokeCount: z.number() }),
    DDBStreamBatchInfo: z.looseObject({ batchSize: z.number(), streamArn: z.string() }),
    payload: z.string(),
  });
  const { requestContext, DDBStreamBatchInfo, payload } = schema.parse(
    JSON.parse(readFileSync(join(folder, files[0] ?? ''), 'utf8')),
  );
  expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 });
  expect(DDBStreamBatchInfo.batchSize).toBe(1);
  expect(payload).toContain(`"pk":{"S":"${pk}"}`);
});

test('a Lambda that fails an event nobody waits for is tried twice more, after one and two minutes, then given up', async () => {
  const failures = () => said('failed with Error: asked to fail').filter((line) => line.startsWith('Listener')).length;
  await fixture.note(pk, { task: 'fail' });
  await fixture.run.idle();
  expect(failures()).toBe(1);
  for (const [halfMinutes, count] of [
    [1, 1],
    [1, 2],
    [3, 2],
    [1, 3],
    [120, 3],
  ] as const) {
    fixture.run.clock.advance((halfMinutes * minute) / 2);
    await fixture.run.idle();
    expect(failures()).toBe(count);
  }
  expect(said('is given up after 3 attempts: failed with Error: asked to fail')).toHaveLength(1);
});

test('a schedule strikes on the run’s clock, with the input of its target', async () => {
  const scheduled = await startFixture({ schedules: true });
  try {
    expect(scheduled.lines.join('\n')).not.toContain('"task":"tick"');
    scheduled.run.clock.advance(minute);
    await scheduled.until(() => scheduled.lines.some((line) => line.includes('"task":"tick"')));
  } finally {
    await scheduled.run.stop();
  }
});
