import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fewestPayments, type PaymentPlan } from '../../../shared/settlements/fewest-payments.ts';
import { positionsOf, type Payment } from '../../../shared/settlements/payment.ts';
import { seededNumbers } from '../../support/context.ts';
import { amountsToNought, positionsOfAmounts } from './random-debts.ts';

/**
 * The fewest payments by trying: whoever comes first is settled completely with each of those who stand the other way, and so on.
 * Another algorithm than the one that is tested, which knows nothing of groups.
 */
function fewestByTrying(amounts: readonly number[]): number {
  const [first, ...rest] = amounts.filter((amount) => amount !== 0);
  if (first === undefined) return 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [index, amount] of rest.entries()) {
    if (amount > 0 === first > 0) continue;
    fewest = Math.min(fewest, 1 + fewestByTrying(rest.with(index, amount + first)));
  }
  return fewest;
}

/** A second one: all ways of parting the amounts into groups, of which the most that add up to nought count. */
function fewestByParting(amounts: readonly number[]): number {
  const standing = amounts.filter((amount) => amount !== 0);
  const mostGroups = (index: number, sums: readonly number[]): number => {
    if (index === standing.length) return sums.every((sum) => sum === 0) ? sums.length : 0;
    const amount = standing[index] ?? 0;
    const joined = sums.map((sum, group) => mostGroups(index + 1, sums.with(group, sum + amount)));
    return Math.max(mostGroups(index + 1, [...sums, amount]), ...joined);
  };
  return standing.length - mostGroups(0, []);
}

/** Whoever owes pays the first who is owed, as much as it can: what one does without thinking of groups. */
function payAsTheyCome(positions: ReadonlyMap<string, number>): PaymentPlan {
  const left = new Map(positions);
  const payments: Payment[] = [];
  for (const [from] of positions) {
    for (const [to] of positions) {
      const pence = Math.min(-(left.get(from) ?? 0), left.get(to) ?? 0);
      if (pence <= 0) continue;
      payments.push({ from, to, pence });
      left.set(from, (left.get(from) ?? 0) + pence).set(to, (left.get(to) ?? 0) - pence);
    }
  }
  return { payments, atLeast: payments.length };
}

const settles = (positions: ReadonlyMap<string, number>, { payments }: PaymentPlan) => {
  const paid = positionsOf(payments);
  for (const [organisation, pence] of positions) expect(paid.get(organisation) ?? 0).toBe(pence);
  expect(payments.every(({ from, to, pence }) => pence > 0 && from !== to && positions.has(from))).toBe(true);
};

/** Amounts of pence from minus so much to so much, which add up to nought; from a seed. */
function randomAmounts(count: number, most: number, seed: number): number[] {
  const next = seededNumbers(seed);
  const amounts = Array.from({ length: count - 1 }, () => Math.round((next() - 0.5) * 2 * most) || 1);
  return [...amounts, -amounts.reduce((sum, amount) => sum + amount, 0)];
}

describe('the fewest payments', () => {
  const asFewAsByTrying = (plan: typeof fewestPayments) =>
    fc.property(amountsToNought(8), (amounts) => {
      const positions = positionsOfAmounts(amounts);
      const planned = plan(positions);
      settles(positions, planned);
      expect(planned.payments).toHaveLength(fewestByTrying(amounts));
      expect(planned.atLeast).toBe(planned.payments.length);
    });

  test('are as few as by trying all ways, in 2,000 cases of up to eight organisations', () => {
    fc.assert(asFewAsByTrying(fewestPayments), { numRuns: 2000 });
  });

  test('control: paying as they come takes more', () => {
    const crossed: [number[]] = [[-3, -2, 2, 3]];
    expect(() => fc.assert(asFewAsByTrying(payAsTheyCome), { examples: [crossed] })).toThrow();
  });

  test('are as few as by the best of all partings', () => {
    fc.assert(
      fc.property(amountsToNought(7), (amounts) => {
        expect(fewestPayments(positionsOfAmounts(amounts)).payments).toHaveLength(fewestByParting(amounts));
      }),
      { numRuns: 300 },
    );
  });

  test('are the same whatever the order of the organisations', () => {
    const shuffled = amountsToNought(12).chain((amounts) =>
      fc.tuple(fc.constant(amounts), fc.shuffledSubarray([...amounts.keys()], { minLength: amounts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([amounts, order]) => {
        const positions = [...positionsOfAmounts(amounts)];
        const another = new Map(order.flatMap((index) => [positions[index] ?? ['', 0]]));
        expect(fewestPayments(another)).toEqual(fewestPayments(new Map(positions)));
      }),
      { numRuns: 200 },
    );
  });

  test('twenty that fall into six groups take fourteen, for certain', () => {
    // Each group has a power of its own, so that no others add up to nought.
    const groups = [4, 4, 3, 3, 3, 3].map((size, group) => {
      const others = Array.from({ length: size - 1 }, (_, index) => 100 ** group * (index * 3 + 1));
      return [...others, -others.reduce((sum, amount) => sum + amount, 0)];
    });
    const positions = positionsOfAmounts(groups.flat());
    const plan = fewestPayments(positions);
    settles(positions, plan);
    expect(plan.payments).toHaveLength(14);
    expect(plan.atLeast).toBe(14);
  });

  test('nobody pays who stands at nought, and nothing is paid when all do', () => {
    expect(fewestPayments(new Map([['org-a', 0]]))).toEqual({ payments: [], atLeast: 0 });
    expect(fewestPayments(new Map())).toEqual({ payments: [], atLeast: 0 });
  });

  test('between plans of as many payments, each rather pays whom it owes', () => {
    const positions = new Map([
      ['org-a', -500],
      ['org-b', -500],
      ['org-x', 500],
      ['org-y', 500],
    ]);
    const owes = new Set(['org-a org-y', 'org-b org-x']);
    const plan = fewestPayments(positions, (debtor, creditor) => owes.has(`${debtor} ${creditor}`));
    expect(plan.payments).toEqual([
      { from: 'org-a', to: 'org-y', pence: 500 },
      { from: 'org-b', to: 'org-x', pence: 500 },
    ]);
    expect(fewestPayments(positions).payments[0]).toEqual({ from: 'org-a', to: 'org-x', pence: 500 });
  });

  test('are refused when positions do not add up to nought, or are no whole pence', () => {
    expect(() => fewestPayments(new Map([['org-a', 1]]))).toThrow('nought');
    expect(() => fewestPayments(positionsOfAmounts([0.5, -0.5]))).toThrow('pence');
  });
});

describe('payments above twenty organisations', () => {
  test.each([21, 26, 40, 60])('settle %i of them, and are no fewer than is said to be possible', (count) => {
    for (const most of [30, 100_000]) {
      const positions = positionsOfAmounts(randomAmounts(count, most, count));
      const plan = fewestPayments(positions);
      settles(positions, plan);
      expect(plan.atLeast).toBeLessThanOrEqual(plan.payments.length);
      expect(plan.payments.length).toBeLessThan(count);
      expect(fewestPayments(new Map([...positions].reverse()))).toEqual(plan);
    }
  });
});
