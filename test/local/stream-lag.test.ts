import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { createClock, type MovableClock } from '../../local/clock.ts';
import { LANES } from '../../local/stream-record.ts';
import { createMappedTable, keys, type MappedTable, numbersBelow } from './mapped-table.ts';

const second = 1_000;
const hour = 3_600 * second;
const [first = ''] = keys;
let table: MappedTable;

beforeEach(async () => {
  table = await createMappedTable();
});
afterEach(async () => await table.remove());

describe('on a clock that stands still', () => {
  let clock: MovableClock;
  beforeEach(() => {
    clock = createClock({ running: false });
  });

  test('a relay that is seconds late takes nothing before, and then everything', async () => {
    await table.writeEach(3);
    table.start({ clock, lag: { delay: 3 * second, jitter: 0, seed: 1 } });
    await table.untilRead(3 * LANES);
    clock.advance(3 * second - 1);
    await pause(20);
    expect(table.delivered).toEqual([]);
    clock.advance(1);
    await table.until(() => table.delivered.length === 3 * LANES);
  });

  test('lanes lag independently, each in its own order', async () => {
    await table.writeEach(3);
    table.start({ clock, lag: { delay: 0, jitter: 60 * second, seed: 7 } });
    await table.untilRead(3 * LANES);
    const through: number[] = [];
    for (let passed = 0; passed < 60; passed += 1) {
      clock.advance(second);
      await pause(2);
      through.push(keys.filter((key) => table.numbersOf(key).length === 3).length);
    }
    await table.until(() => table.delivered.length === 3 * LANES);
    for (const key of keys) expect(table.numbersOf(key)).toEqual(numbersBelow(3));
    // At some time some lanes were through while others were not.
    expect(through.some((lanes) => lanes > 0 && lanes < LANES)).toBe(true);
  });

  test('a lag is that of what is read once it is set', async () => {
    const mapping = table.start({ clock });
    await table.write(first, 0);
    await table.until(() => table.delivered.length === 1);
    mapping.setLag({ delay: 5 * second, jitter: 0, seed: 1 });
    await table.write(first, 1);
    await table.untilRead(2);
    clock.advance(5 * second - 1);
    await pause(20);
    expect(table.delivered).toHaveLength(1);
    clock.advance(1);
    await table.until(() => table.delivered.length === 2);
  });
});

describe('on a clock that is moved ahead by days', () => {
  const rules = { bisect: false, reportsItemFailures: true, retries: undefined, maximumAge: 6 * hour };

  test('what is written then is not taken for old, and is told the clock’s time', async () => {
    const clock = createClock();
    clock.advance(72 * hour);
    const mapping = table.start({ clock, settings: { rules } });
    await table.write(first, 0);
    await table.untilQuiet(mapping);
    expect(table.givenUp).toEqual([]);
    expect(table.delivered).toEqual([`${first}/0`]);
    expect(Math.abs(table.lastWritten() - clock.now().getTime())).toBeLessThan(hour);
  });

  test('what waits while it is moved grows old', async () => {
    const clock = createClock();
    table.start({ clock, settings: { rules }, lag: { delay: hour, jitter: 0, seed: 1 } });
    await table.write(first, 0);
    await table.untilRead(1);
    clock.advance(7 * hour);
    await table.until(() => table.givenUp.length > 0);
    expect(table.givenUp).toEqual([[[`${first}/0`], 'RecordAgeExceeded']]);
    expect(table.delivered).toEqual([]);
  });
});
