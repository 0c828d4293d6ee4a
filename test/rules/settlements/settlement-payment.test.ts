import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Debt } from '../../../shared/settlements/debt-graph.ts';
import { fewestPayments } from '../../../shared/settlements/fewest-payments.ts';
import { positionsOf } from '../../../shared/settlements/payment.ts';
import {
  canBeKept,
  clearedByPayments,
  isCleared,
  type Cleared,
} from '../../../shared/settlements/settlement-payment.ts';
import { seededNumbers } from '../../support/context.ts';
import { debtsAmong, organisationsNamed } from './random-debts.ts';

const planOf = (debts: readonly Debt[]) => {
  const payments = [...fewestPayments(positionsOf(debts)).payments];
  return { payments, cleared: clearedByPayments({ kind: 'netted', debts: [...debts], payments }) };
};
/** What stands at several payments is counted at the first of them. */
const once = (cleared: readonly (readonly Cleared[])[]) =>
  cleared.flatMap((each, index) => each.filter(({ together = [] }) => together.every((other) => index + 1 < other)));

describe('what each payment of a settlement clears', () => {
  test('gross is the statement that it pays; of what one owes itself there is no payment', () => {
    const debts = [
      { statement: 'sta-1', from: 'a', to: 'b', pence: 5 },
      { statement: 'sta-2', from: 'a', to: 'a', pence: 6 },
      { statement: 'sta-3', from: 'c', to: 'a', pence: 7 },
    ];
    const payments = [
      { from: 'a', to: 'b', pence: 5 },
      { from: 'c', to: 'a', pence: 7 },
    ];
    expect(clearedByPayments({ kind: 'gross', debts, payments })).toEqual([
      [{ statement: 'sta-1', pence: 5 }],
      [{ statement: 'sta-3', pence: 7 }],
    ]);
  });

  test('netted is no more than is owed, and what a payment clears by itself leads from who pays to who is paid', () => {
    fc.assert(
      fc.property(debtsAmong(7), (debts) => {
        const { payments, cleared } = planOf(debts);
        const byStatement = Map.groupBy(once(cleared), ({ statement }) => statement);
        for (const { statement, pence } of debts) {
          const sum = (byStatement.get(statement) ?? []).reduce((total, each) => total + each.pence, 0);
          expect(sum).toBeLessThanOrEqual(pence);
        }
        for (const [index, own] of cleared.entries()) {
          if (own.some(({ together }) => together !== undefined)) continue;
          const parts = own.map(({ statement, pence }) => {
            const debt = debts.find((each) => each.statement === statement);
            return { from: debt?.from ?? '', to: debt?.to ?? '', pence };
          });
          const moved = [...positionsOf(parts)].filter(([, pence]) => pence !== 0);
          expect(new Map(moved)).toEqual(positionsOf(payments.slice(index, index + 1)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('together with others stands at each of them, and names them', () => {
    const debts = [
      { statement: 'sta-1', from: 'a', to: 'x', pence: 10 },
      { statement: 'sta-2', from: 'b', to: 'y', pence: 10 },
    ];
    const payments = [
      { from: 'a', to: 'y', pence: 10 },
      { from: 'b', to: 'x', pence: 10 },
    ];
    const cleared = clearedByPayments({ kind: 'netted', debts, payments });
    expect(cleared.map((each) => each.map(({ statement }) => statement))).toEqual([
      ['sta-1', 'sta-2'],
      ['sta-1', 'sta-2'],
    ]);
    expect(cleared.map(([first]) => first?.together)).toEqual([[2], [1]]);
    const standing = (...statuses: readonly ('made' | 'confirmed')[]) =>
      cleared.map((clears, index) => ({ clears, status: statuses[index] ?? ('owed' as const) }));
    expect(isCleared('sta-1', standing('confirmed'))).toBe(false);
    expect(isCleared('sta-1', standing('confirmed', 'made'))).toBe(false);
    expect(isCleared('sta-1', standing('confirmed', 'confirmed'))).toBe(true);
    expect(isCleared('sta-3', standing())).toBe(true);
  });

  test('can be kept with it, for a thousand statements among two hundred', () => {
    const next = seededNumbers(5);
    const names = organisationsNamed(200);
    const debts = Array.from({ length: 1000 }, (_, index) => {
      const debtor = Math.floor(next() * 200);
      const creditor = (debtor + 1 + Math.floor(next() * 199)) % 200;
      const [from = '', to = ''] = [names[debtor], names[creditor]];
      return { statement: `sta-${String(index)}`, from, to, pence: 1 + Math.floor(next() * 2000) };
    });
    const { cleared } = planOf(debts);
    expect(canBeKept(cleared)).toBe(true);
    expect(Math.max(...cleared.map((each) => each.length))).toBeLessThan(1500);
    expect(canBeKept([Array.from({ length: 3001 }, () => ({ statement: 'sta-1', pence: 1 }))])).toBe(false);
  });
});
