import { describe, expect, test } from '@jest/globals';
import { splitPence } from '../../../shared/costs/split.ts';

const split = (total: number, weights: Readonly<Record<string, number>>, seed = 'coh_1') =>
  Object.fromEntries(splitPence(total, new Map(Object.entries(weights)), seed));

describe('an amount that is split', () => {
  test('goes by largest remainder: the odd penny to whom rounding down took most from', () => {
    // 26.315…, 31.578…, 42.105…: one penny is left, and .578 is the most.
    expect(split(100, { a: 5, b: 6, c: 8 })).toEqual({ a: 26, b: 32, c: 42 });
  });

  test('of equal remainders is decided by seed and key alone', () => {
    const winners = Array.from({ length: 30 }, (_, number) => {
      const seed = `coh_${String(number)}`;
      const shares = split(100, { a: 1, b: 1, c: 1 }, seed);
      expect(split(100, { c: 1, a: 1, b: 1 }, seed)).toEqual(shares);
      expect(Object.values(shares).sort((one, other) => one - other)).toEqual([33, 33, 34]);
      return Object.keys(shares).find((key) => shares[key] === 34);
    });
    expect(new Set(winners)).toEqual(new Set(['a', 'b', 'c']));
  });

  test('that is a credit is the exact opposite of the debt', () => {
    const debt = split(1000, { a: 1, b: 1, c: 1, d: 4 });
    expect(split(-1000, { a: 1, b: 1, c: 1, d: 4 })).toEqual(
      Object.fromEntries(Object.entries(debt).map(([key, pence]) => [key, -pence])),
    );
  });

  test('nothing goes to who weighs nothing, and nothing is not below nought', () => {
    expect(split(101, { a: 0, b: 1, c: 1 })).toMatchObject({ a: 0 });
    expect(Object.values(split(-1, { a: 0, b: 1 }))).toEqual([0, -1]);
    expect(Object.values(split(0, { a: 3, b: 1 }))).toEqual([0, 0]);
  });

  test('is exact far beyond what a product of numbers can hold', () => {
    const most = Number.MAX_SAFE_INTEGER;
    // Twice most over (most + most − 1): a hair more than half, and a hair less.
    expect(split(most, { a: most, b: most - 1 })).toEqual({ a: (most + 1) / 2, b: (most - 1) / 2 });
  });

  test.each([
    ['half a penny', 0.5, { a: 1 }, 'whole number of pence'],
    ['more than is exact', 2 ** 53, { a: 1 }, 'whole number of pence'],
    ['a weight below nought', 1, { a: 1, b: -1 }, 'nought or more'],
    ['half a weight', 1, { a: 0.5 }, 'nought or more'],
    ['nobody', 1, {}, 'above nought'],
    ['nobody who weighs anything', 1, { a: 0 }, 'above nought'],
    [
      'more keys than a cohort ever has',
      1,
      Object.fromEntries(Array.from({ length: 1001 }, (_, key) => [String(key), 1])),
      '1000',
    ],
  ])('%s: thrown out', (_name, total, weights, message) => {
    expect(() => split(total, weights)).toThrow(message);
  });
});
