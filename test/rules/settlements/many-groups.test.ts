import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { canLookFor, eachGroupOf } from '../../../shared/settlements/groups-of-size.ts';
import { manyGroups, mostGroupsAtBest } from '../../../shared/settlements/many-groups.ts';
import { mostGroups } from '../../../shared/settlements/most-groups.ts';
import { amountsToNought } from './random-debts.ts';

const standing = (most: number) => amountsToNought(most).map((amounts) => amounts.filter((amount) => amount !== 0));
const sumOf = (amounts: readonly number[], members: readonly number[]) =>
  members.reduce((sum, member) => sum + (amounts[member] ?? 0), 0);

/** All groups of a size, by looking at every subset. */
function groupsBySubsets(size: number, amounts: readonly number[]): string[] {
  const groups: string[] = [];
  for (let subset = 0; subset < 2 ** amounts.length; subset += 1) {
    const members = [...amounts.keys()].filter((member) => (subset & (1 << member)) !== 0);
    if (members.length === size && sumOf(amounts, members) === 0) groups.push(members.join(' '));
  }
  return groups.sort();
}

describe('groups that add up to nought', () => {
  test('of a size, each is met once', () => {
    fc.assert(
      fc.property(standing(10), fc.integer({ min: 2, max: 10 }), (amounts, size) => {
        if (!canLookFor(size, amounts.length)) return;
        const met: string[] = [];
        const sawAll = eachGroupOf(size, amounts, (members) => {
          met.push([...members].sort((one, other) => one - other).join(' '));
          return 'leave';
        });
        expect(sawAll).toBe(true);
        expect(met.sort()).toEqual(groupsBySubsets(size, amounts));
      }),
      { numRuns: 300 },
    );
  });

  test('that are taken have no member in common, and none is left of that size', () => {
    fc.assert(
      fc.property(standing(10), fc.integer({ min: 2, max: 6 }), (amounts, size) => {
        if (!canLookFor(size, amounts.length)) return;
        const taken: number[] = [];
        eachGroupOf(size, amounts, (members) => {
          expect(sumOf(amounts, members)).toBe(0);
          taken.push(...members);
          return 'take';
        });
        expect(new Set(taken).size).toBe(taken.length);
        const left = amounts.filter((_, member) => !taken.includes(member));
        expect(groupsBySubsets(size, left)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('no more are found than there can be at best, and each amount is in one', () => {
    fc.assert(
      fc.property(standing(34), (amounts) => {
        const groups = manyGroups(amounts, amounts.length);
        expect(groups.length).toBeLessThanOrEqual(mostGroupsAtBest(amounts));
        expect(groups.flat().sort((one, other) => one - other)).toEqual([...amounts.keys()]);
        for (const group of groups) expect(sumOf(amounts, group)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  const isNeverExceeded = (atBest: (amounts: readonly number[]) => number) =>
    fc.property(standing(9), (amounts) => {
      expect(atBest(amounts)).toBeGreaterThanOrEqual(mostGroups(amounts).length);
    });

  test('what is said to be possible at best is never exceeded by the most groups', () => {
    fc.assert(isNeverExceeded(mostGroupsAtBest), { numRuns: 500 });
  });

  test('control: a bound that takes the usual size of a group for the smallest is exceeded', () => {
    const tooLow = (amounts: readonly number[]) => Math.min(mostGroupsAtBest(amounts), Math.ceil(amounts.length / 3));
    const pairs: [number[]] = [[-1, -2, -4, 1, 2, 4]];
    expect(() => fc.assert(isNeverExceeded(tooLow), { examples: [pairs] })).toThrow();
  });

  test('where equal sums are met endlessly it ends all the same, and says that it has not seen all', () => {
    const amounts = Array.from({ length: 120 }, (_, index) => (index < 60 ? 1 : -1));
    let met = 0;
    const sawAll = eachGroupOf(4, amounts, () => {
      met += 1;
      return 'leave';
    });
    expect(sawAll).toBe(false);
    expect(met).toBeGreaterThan(100_000);
  });

  test('the most are not looked for among more than twenty, nor among what does not add up to nought', () => {
    expect(() => mostGroups(Array.from({ length: 21 }, () => 1))).toThrow('too long');
    expect(() => mostGroups([1, 2])).toThrow('nought');
    expect(mostGroups([])).toEqual([]);
  });
});
