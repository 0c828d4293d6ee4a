import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { debtGraph, type ClearedDebt, type Debt } from '../../../shared/settlements/debt-graph.ts';
import { explainPayments, type Explanation } from '../../../shared/settlements/explain-payments.ts';
import { fewestPayments } from '../../../shared/settlements/fewest-payments.ts';
import { positionsOf, type Payment } from '../../../shared/settlements/payment.ts';
import { debtsAmong } from './random-debts.ts';

const debt = (statement: string, from: string, to: string, pence: number): Debt => ({ statement, from, to, pence });

/** The steps of a way, checked: they follow one another, and each is cleared by the same amount. Gives where it ends. */
function endOfWay(start: string, debts: readonly ClearedDebt[], pence: number): string {
  let at = start;
  let rest = [...debts];
  while (rest[0] !== undefined) {
    const { to } = rest[0];
    const step = rest.filter((each) => each.from === at && each.to === to);
    expect(rest.slice(0, step.length)).toEqual(step);
    expect(step.reduce((sum, each) => sum + each.pence, 0)).toBe(pence);
    rest = rest.slice(step.length);
    at = to;
  }
  return at;
}

/** All that an explanation promises. */
function checkExplanation(payments: readonly Payment[], debts: readonly Debt[], explanation: Explanation): void {
  const cleared = new Map<string, number>();
  const clear = (parts: readonly ClearedDebt[]) => {
    for (const part of parts) {
      const own = debts.find(({ statement }) => statement === part.statement);
      expect(part).toMatchObject({ from: own?.from, to: own?.to });
      expect(part.pence).toBeGreaterThan(0);
      cleared.set(part.statement, (cleared.get(part.statement) ?? 0) + part.pence);
    }
  };
  expect(explanation.payments).toHaveLength(payments.length);
  const insteadOf = new Map<string, number>();
  for (const [index, payment] of payments.entries()) {
    const clearings = explanation.payments[index] ?? [];
    expect(clearings.reduce((sum, { pence }) => sum + pence, 0)).toBe(payment.pence);
    for (const clearing of clearings) {
      clear(clearing.debts);
      const end = endOfWay(payment.from, clearing.debts, clearing.pence);
      const paidBy = clearing.insteadBy === undefined ? payment : payments[clearing.insteadBy];
      expect(end).toBe(paidBy?.to);
      if (clearing.insteadBy === undefined) continue;
      // Who is paid by another payment instead of by this one is as often as this one pays somebody else instead.
      insteadOf.set(payment.to, (insteadOf.get(payment.to) ?? 0) - clearing.pence);
      insteadOf.set(end, (insteadOf.get(end) ?? 0) + clearing.pence);
    }
  }
  for (const pence of insteadOf.values()) expect(pence).toBe(0);
  for (const ring of explanation.setOff) {
    clear(ring.debts);
    const start = ring.debts[0]?.from ?? '';
    expect(endOfWay(start, ring.debts, ring.pence)).toBe(start);
  }
  for (const { statement, pence } of debts) expect(cleared.get(statement)).toBe(pence);
}

const planFor = (debts: readonly Debt[]) => fewestPayments(positionsOf(debts)).payments;

describe('what payments clear', () => {
  test('one that pays for another along the way clears what each owes the next', () => {
    const debts = [debt('sta-1', 'a', 'b', 700), debt('sta-2', 'b', 'c', 700)];
    expect(explainPayments([{ from: 'a', to: 'c', pence: 700 }], debts)).toEqual({
      payments: [[{ pence: 700, debts }]],
      setOff: [],
    });
  });

  test('what is owed directly comes first, statement by statement', () => {
    const debts = [debt('sta-1', 'a', 'b', 300), debt('sta-2', 'a', 'b', 200), debt('sta-3', 'b', 'a', 100)];
    const { payments, setOff } = explainPayments([{ from: 'a', to: 'b', pence: 400 }], debts);
    expect(payments).toEqual([[{ pence: 400, debts: [debt('sta-1', 'a', 'b', 300), debt('sta-2', 'a', 'b', 100)] }]]);
    expect(setOff).toEqual([{ pence: 100, debts: [debt('sta-2', 'a', 'b', 100), debt('sta-3', 'b', 'a', 100)] }]);
  });

  test('a ring of debts is set off without a payment', () => {
    const debts = [debt('sta-1', 'a', 'b', 5), debt('sta-2', 'b', 'c', 5), debt('sta-3', 'c', 'a', 5)];
    expect(explainPayments([], debts)).toEqual({ payments: [], setOff: [{ pence: 5, debts }] });
  });

  test('who pays another than it owes clears its debt together with the payment that the other gets instead', () => {
    const debts = [debt('sta-1', 'a', 'x', 10), debt('sta-2', 'b', 'y', 10)];
    const payments = [
      { from: 'a', to: 'y', pence: 10 },
      { from: 'b', to: 'x', pence: 10 },
    ];
    expect(explainPayments(payments, debts).payments).toEqual([
      [{ pence: 10, debts: [debts[0]], insteadBy: 1 }],
      [{ pence: 10, debts: [debts[1]], insteadBy: 0 }],
    ]);
  });

  const isComplete = (explain: typeof explainPayments) =>
    fc.property(debtsAmong(8), (debts) => {
      const payments = planFor(debts);
      checkExplanation(payments, debts, explain(payments, debts));
    });

  test('every debt is cleared completely, every payment explained in full, and nobody’s position changes', () => {
    fc.assert(isComplete(explainPayments), { numRuns: 1000 });
  });

  test('control: without the rings, something is left unexplained', () => {
    const withoutRings: typeof explainPayments = (payments, debts) => {
      const explained = explainPayments(payments, debts);
      return {
        payments: explained.payments.map((each) => each.filter(({ insteadBy }) => insteadBy === undefined)),
        setOff: explained.setOff,
      };
    };
    expect(() => fc.assert(isComplete(withoutRings), { numRuns: 1000 })).toThrow();
    const withoutSetOff: typeof explainPayments = (payments, debts) => ({
      ...explainPayments(payments, debts),
      setOff: [],
    });
    expect(() => fc.assert(isComplete(withoutSetOff), { numRuns: 1000 })).toThrow();
  });

  test('it is the same in whatever order the debts come', () => {
    fc.assert(
      fc.property(debtsAmong(6), (debts) => {
        const payments = planFor(debts);
        expect(explainPayments(payments, debts.toReversed())).toEqual(explainPayments(payments, debts));
      }),
      { numRuns: 200 },
    );
  });

  test('payments that leave anybody in another position are not explained', () => {
    const debts = [debt('sta-1', 'a', 'b', 10)];
    expect(() => explainPayments([{ from: 'a', to: 'b', pence: 9 }], debts)).toThrow('do not settle');
    expect(() => explainPayments([{ from: 'a', to: 'c', pence: 10 }], debts)).toThrow('do not settle');
    expect(() => debtGraph(debts).clear(['a', 'b'], 11)).toThrow('More would be cleared');
  });
});
