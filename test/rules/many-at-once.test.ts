import { describe, expect, test } from '@jest/globals';
import { ThrottlingException } from '@aws-sdk/client-dynamodb';
import { assert, asyncProperty, integer } from 'fast-check';
import { manyAtOnce, patiently } from '../../shared/table/many-at-once.ts';

const soon = async () => await new Promise((resolve) => setImmediate(resolve));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('many at once', () => {
  test('answer in their order, never more at work than may be, and as many as may', async () => {
    const counts = integer({ min: 0, max: 30 });
    await assert(
      asyncProperty(counts, integer({ min: 1, max: 8 }), async (count, most) => {
        let atWork = 0;
        let highest = 0;
        const results = await manyAtOnce(numbers(count), most, async (number) => {
          highest = Math.max(highest, (atWork += 1));
          for (let turn = 0; turn < number % 3; turn += 1) await soon();
          atWork -= 1;
          return number * 2;
        });
        expect(results).toEqual(numbers(count).map((number) => number * 2));
        expect(highest).toBeLessThanOrEqual(most);
        if (count > most * 3) expect(highest).toBe(most);
      }),
      { numRuns: 50 },
    );
  });

  test('end with the first that fails: what is under way is waited for, and nothing more begun', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const working = manyAtOnce(numbers(20), 3, async (number) => {
      begun.push(number);
      await soon();
      if (number === 4) throw new Error('The fifth fails');
      await soon();
      ended.push(number);
    });
    await expect(working).rejects.toThrow('The fifth fails');
    expect(begun.length).toBeLessThanOrEqual(8);
    expect(ended).toEqual(begun.filter((number) => number !== 4));
  });
});

describe('patience', () => {
  const throttled = () => new ThrottlingException({ message: 'Too many requests', $metadata: {} });
  const failing = (times: number, error: () => Error) => {
    let left = times;
    return async () => {
      if ((left -= 1) >= 0) throw error();
      return await Promise.resolve('done');
    };
  };

  test('tries again while the table is too busy, and no longer than that', async () => {
    expect(await patiently(failing(2, throttled))).toBe('done');
    await expect(patiently(failing(6, throttled))).rejects.toThrow('Too many requests');
  });

  test('has none with other faults', async () => {
    await expect(patiently(failing(1, () => new Error('A fault')))).rejects.toThrow('A fault');
  });
});
