import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { debtGraph, type ClearedDebt, type Debt } from '../../../shared/settlements/debt-graph.ts';
import { explainPayments, type Flow } from '../../../shared/settlements/explain-payments.ts';
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
function checkFlows(payments: readonly Payment[], debts: readonly Debt[], flows: readonly Flow[]): void {
  const cleared = new Map<string, number>();
  const paid = payments.map(() => 0);
  for (const { pence, parts } of flows) {
    expect(pence).toBeGreaterThan(0);
    for (const [index, part] of parts.entries()) {
      const own = payments[part.payment ?? -1];
      const next = payments[parts[(index + 1) % parts.length]?.payment ?? -1];
      const start = own?.from ?? part.debts[0]?.from ?? '';
      // From who pays, to who is paid by the next payment of the ring: with one payment, by that one.
      expect(endOfWay(start, part.debts, pence)).toBe(next?.to ?? start);
      if (part.payment !== undefined) paid[part.payment] = (paid[part.payment] ?? 0) + pence;
      for (const each of part.debts) {
        const whole = debts.find(({ statement }) => statement === each.statement);
        expect(each).toMatchObject({ from: whole?.from, to: whole?.to });
        cleared.set(each.statement, (cleared.get(each.statement) ?? 0) + each.pence);
      }
    }
  }
  expect(paid).toEqual(payments.map(({ pence }) => pence));
  for (const { statement, pence } of debts) expect(cleared.get(statement)).toBe(pence);
}

const planFor = (debts: readonly Debt[]) => fewestPayments(positionsOf(debts)).payments;

describe('what payments clear', () => {
  test('one that pays for another along the way clears what each owes the next', () => {
    const debts = [debt('sta-1', 'a', 'b', 700), debt('sta-2', 'b', 'c', 700)];
    expect(explainPayments([{ from: 'a', to: 'c', pence: 700 }], debts)).toEqual([
      { pence: 700, parts: [{ payment: 0, debts }] },
    ]);
  });

  test('what is owed directly comes first, statement by statement', () => {
    const debts = [debt('sta-1', 'a', 'b', 300), debt('sta-2', 'a', 'b', 200), debt('sta-3', 'b', 'a', 100)];
    expect(explainPayments([{ from: 'a', to: 'b', pence: 400 }], debts)).toEqual([
      { pence: 400, parts: [{ payment: 0, debts: [debt('sta-1', 'a', 'b', 300), debt('sta-2', 'a', 'b', 100)] }] },
      { pence: 100, parts: [{ debts: [debt('sta-2', 'a', 'b', 100), debt('sta-3', 'b', 'a', 100)] }] },
    ]);
  });

  test('a ring of debts is set off without a payment', () => {
    const debts = [debt('sta-1', 'a', 'b', 5), debt('sta-2', 'b', 'c', 5), debt('sta-3', 'c', 'a', 5)];
    expect(explainPayments([], debts)).toEqual([{ pence: 5, parts: [{ debts }] }]);
  });

  test('who pays another than it owes clears its debt together with the payment that the other gets instead', () => {
    const debts = [debt('sta-1', 'a', 'x', 10), debt('sta-2', 'b', 'y', 10)];
    const payments = [
      { from: 'a', to: 'y', pence: 10 },
      { from: 'b', to: 'x', pence: 10 },
    ];
    const parts = [
      { payment: 0, debts: [debts[0]] },
      { payment: 1, debts: [debts[1]] },
    ];
    expect(explainPayments(payments, debts)).toEqual([{ pence: 10, parts }]);
  });

  const isComplete = (explain: typeof explainPayments) =>
    fc.property(debtsAmong(8), (debts) => {
      const payments = planFor(debts);
      checkFlows(payments, debts, explain(payments, debts));
    });

  test('every debt is cleared completely, every payment explained in full, and nobody’s position changes', () => {
    fc.assert(isComplete(explainPayments), { numRuns: 300 });
  });

  test('control: without the rings of several payments, or without what is set off, something is left unexplained', () => {
    const without =
      (left: (flow: Flow) => boolean): typeof explainPayments =>
      (payments, debts) =>
        explainPayments(payments, debts).filter((flow) => !left(flow));
    const isJoint = ({ parts }: Flow) => parts.length > 1;
    const isSetOff = ({ parts }: Flow) => parts[0]?.payment === undefined;
    const crossed = [
      debt('sta-1', 'a', 'x', 3),
      debt('sta-2', 'a', 'y', 2),
      debt('sta-3', 'b', 'z', 3),
      debt('sta-4', 'c', 'z', 2),
    ];
    const ring = [debt('sta-1', 'a', 'b', 5), debt('sta-2', 'b', 'a', 5)];
    for (const [left, debts] of [
      [isJoint, crossed],
      [isSetOff, ring],
    ] as const) {
      fc.assert(isComplete(explainPayments), { numRuns: 1, examples: [[debts]] });
      expect(() => fc.assert(isComplete(without(left)), { numRuns: 1, examples: [[debts]] })).toThrow();
    }
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
