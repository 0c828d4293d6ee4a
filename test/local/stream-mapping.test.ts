import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../local/clock.ts';
import type { Invocation } from '../../local/invocation.ts';
import { createMemoryLog } from '../../local/log.ts';
import { createLane } from '../../local/stream-lane.ts';
import { LANES } from '../../local/stream-record.ts';
import { createMappedTable, failed, keys, type MappedTable, numbersBelow, taken } from './mapped-table.ts';

const [first = '', second = ''] = keys;
const clock = createClock();
const folder = mkdtempSync(join(tmpdir(), 'cohortium-stream-'));
let table: MappedTable;
/** The checkpoints of the mapping, for those that keep any. */
let file: string;

beforeEach(async () => {
  table = await createMappedTable();
  file = join(folder, `${table.streamArn.replaceAll(/\W/g, '-')}.json`);
});
afterEach(async () => await table.remove());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the Lambda take everything but the batches of one key, which it answers so. */
function answerFirst(answer: Invocation | Promise<Invocation>): void {
  table.answerWith((names) => (names[0]?.startsWith(`${first}/`) === true ? answer : taken));
}

describe('a mapping of a stream', () => {
  test('hands every record over once, those of a key in order, in batches no larger than declared', async () => {
    await table.writeEach(6);
    const mapping = table.start({ clock });
    await table.writeEach(6, 6);
    await table.untilQuiet(mapping);
    expect(table.delivered).toHaveLength(12 * LANES);
    for (const key of keys) expect(table.numbersOf(key)).toEqual(numbersBelow(12));
    expect(Math.max(...table.batches.map(({ length }) => length))).toBeLessThanOrEqual(5);
    for (const names of table.batches) expect(new Set(names.map((name) => name.split('/')[0])).size).toBe(1);
  });

  test('hands over what its filters want, and nothing else', async () => {
    await table.write(first, 0, { change: 'claimed' });
    await table.write(first, 1);
    await table.write(second, 2, { change: 'waiting' });
    const pattern = { dynamodb: { NewImage: { change: { S: [{ exists: true }] } } } };
    await table.untilQuiet(table.start({ clock, settings: { patterns: [pattern] } }));
    expect(new Set(table.delivered)).toEqual(new Set([`${first}/0`, `${second}/2`]));
  });

  test('goes on in each lane while another is stuck', async () => {
    const stuck = Promise.withResolvers<Invocation>();
    answerFirst(stuck.promise);
    await table.writeEach(6);
    const mapping = table.start({ clock });
    await table.until(() => table.delivered.length === 6 * (LANES - 1));
    expect(table.numbersOf(first)).toEqual([]);
    expect(mapping.quietSince(Number.NEGATIVE_INFINITY)).toBe(false);
    stuck.resolve(taken);
    await table.untilQuiet(mapping);
    expect(table.numbersOf(first)).toEqual(numbersBelow(6));
  });

  test('gives up the record that always fails, and delivers those around it in order', async () => {
    table.answerWith((names) => (names.includes(`${first}/2`) ? failed : taken));
    await table.writeEach(5);
    await table.untilQuiet(table.start({ clock }));
    expect(table.givenUp).toEqual([[[`${first}/2`], 'RetryAttemptsExhausted']]);
    expect(table.numbersOf(first)).toEqual([0, 1, 3, 4]);
    expect(table.numbersOf(second)).toEqual(numbersBelow(5));
  });
});

describe('between runs', () => {
  test('what was taken does not come again, what was written meanwhile comes', async () => {
    const mapping = table.start({ clock, file });
    await table.writeEach(3);
    await table.untilQuiet(mapping);
    await mapping.stop();
    await table.writeEach(3, 3);
    await table.untilQuiet(table.start({ clock, file }));
    for (const key of keys) expect(table.numbersOf(key)).toEqual(numbersBelow(6));
  });

  test('what a lane had not taken comes again, and only that', async () => {
    const stuck = Promise.withResolvers<Invocation>();
    answerFirst(stuck.promise);
    const mapping = table.start({ clock, file });
    await table.writeEach(3);
    await table.until(
      () => table.delivered.length === 3 * (LANES - 1) && table.batches.some(([name]) => name === `${first}/0`),
    );
    const stopping = mapping.stop();
    stuck.resolve(failed);
    await stopping;
    answerFirst(taken);
    await table.untilQuiet(table.start({ clock, file }));
    for (const key of keys) expect(table.numbersOf(key)).toEqual(numbersBelow(3));
  });

  test('a lane that was ahead does not fall back while the stream is read again for another', () => {
    const [shard, lag] = ['shard', { delay: 0, jitter: 0, seed: 1 }];
    const lane = createLane(
      0,
      { logicalId: 'Mapping', batchSize: 5, window: 0 },
      {
        kept: { shard, sequence: '20' },
        lag: () => lag,
        deliver: () => Promise.resolve(true),
        delivered: () => undefined,
        clock,
        log: createMemoryLog(),
        signal: new AbortController().signal,
      },
    );
    expect(lane.checkpoint(undefined)).toEqual({ shard, sequence: '20' });
    expect(lane.checkpoint({ shard, sequence: '10' })).toEqual({ shard, sequence: '20' });
    expect(lane.checkpoint({ shard, sequence: '30' })).toEqual({ shard, sequence: '30' });
  });

  test('a run that was ended without a word hands over at least once, in order', async () => {
    const mapping = table.start({ clock, file });
    await table.writeEach(3);
    await table.untilQuiet(mapping);
    const kept = readFileSync(file, 'utf8');
    await table.writeEach(3, 3);
    await table.untilQuiet(mapping);
    await mapping.stop();
    // As if the last checkpoints had not been written.
    writeFileSync(file, kept);
    await table.untilQuiet(table.start({ clock, file }));
    for (const key of keys) expect(table.numbersOf(key)).toEqual([...numbersBelow(6), 3, 4, 5]);
  });

  test.each<[says: string, spoil: (kept: string) => string]>([
    ['another stream', (kept) => kept.replace(table.streamArn, 'arn:another')],
    ['another number of lanes', (kept) => kept.replace('"lanes":[', '"lanes":[null,')],
  ])('a checkpoint of %s counts for nothing', async (_, spoil) => {
    const mapping = table.start({ clock, file });
    await table.writeEach(1);
    await table.untilQuiet(mapping);
    await mapping.stop();
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, spoil(kept));
    expect(spoil(kept)).not.toBe(kept);
    await table.untilQuiet(table.start({ clock, file }));
    for (const key of keys) expect(table.numbersOf(key)).toEqual([0, 0]);
  });
});
