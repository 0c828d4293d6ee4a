import * as fc from 'fast-check';
import type { Debt } from '../../../shared/settlements/debt-graph.ts';

/** Names of so many organisations. */
export function organisationsNamed(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `org-${String(index).padStart(3, '0')}`);
}

/** Positions in pence, in the order of the organisations, as they are given by amount. */
export function positionsOfAmounts(amounts: readonly number[]): Map<string, number> {
  const names = organisationsNamed(amounts.length);
  return new Map(amounts.map((pence, index) => [names[index] ?? '', pence]));
}

/** Amounts that add up to nought, many of them alike, so that there are often groups that do so by themselves. */
export function amountsToNought(most: number): fc.Arbitrary<number[]> {
  const amount = fc.integer({ min: 1, max: 4 }).chain((size) => fc.integer({ min: -(3 ** size), max: 3 ** size }));
  return fc.array(amount, { minLength: 1, maxLength: most - 1 }).map((amounts) => {
    const last = -amounts.reduce((sum, each) => sum + each, 0);
    return [...amounts, last === 0 ? 0 : last];
  });
}

/** Debts among up to so many organisations: in rings, there and back, and several between the same two. */
export function debtsAmong(organisations: number): fc.Arbitrary<Debt[]> {
  const names = organisationsNamed(organisations);
  const name = fc.constantFrom(...names);
  return fc
    .array(fc.record({ from: name, to: name, pence: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 30 })
    .map((debts) =>
      debts
        .filter(({ from, to }) => from !== to)
        .map((debt, index) => ({ ...debt, statement: `sta-${String(index).padStart(2, '0')}` })),
    );
}
