import { explainPayments } from '../../shared/settlements/explain-payments.ts';
import { fewestPayments } from '../../shared/settlements/fewest-payments.ts';
import { positionsOf } from '../../shared/settlements/payment.ts';
import { seededNumbers } from '../support/context.ts';
import { quartiles, type Quartiles } from './quartiles.ts';

/** How long it takes to net so many organisations, and how near the payments are to what is possible at best. */
export interface NettingLine {
  readonly organisations: number;
  /** Debts of up to so many pence. */
  readonly most: number;
  readonly debts: number;
  readonly rounds: number;
  /** Milliseconds for the payments, and for the debts that each clears. */
  readonly plan: Quartiles;
  readonly explain: Quartiles;
  readonly payments: Quartiles;
  readonly atLeast: Quartiles;
  /** Payments above the bound, in the worst round. */
  readonly gap: number;
}

const cases = [
  { organisations: 20, most: 2_000, rounds: 21 },
  { organisations: 20, most: 5_000_000, rounds: 21 },
  { organisations: 200, most: 2_000, rounds: 3 },
  { organisations: 200, most: 100_000, rounds: 3 },
  { organisations: 200, most: 5_000_000, rounds: 3 },
] as const;

/** Nets random debts, six to an organisation, from fixed seeds. */
export function measureNetting(): NettingLine[] {
  return cases.map(({ organisations, most, rounds }) => {
    const measured = Array.from({ length: rounds }, (_, round) => netOnce(organisations, most, round + 1));
    return {
      organisations,
      most,
      debts: organisations * 6,
      rounds,
      plan: quartiles(measured.map(({ plan }) => plan)),
      explain: quartiles(measured.map(({ explain }) => explain)),
      payments: quartiles(measured.map(({ payments }) => payments)),
      atLeast: quartiles(measured.map(({ atLeast }) => atLeast)),
      gap: Math.max(...measured.map(({ payments, atLeast }) => payments - atLeast)),
    };
  });
}

function netOnce(organisations: number, most: number, seed: number) {
  const next = seededNumbers(seed);
  const debts = Array.from({ length: organisations * 6 }, (_, index) => {
    const debtor = Math.floor(next() * organisations);
    const creditor = (debtor + 1 + Math.floor(next() * (organisations - 1))) % organisations;
    return {
      statement: `sta-${String(index)}`,
      from: `org-${String(debtor)}`,
      to: `org-${String(creditor)}`,
      pence: 1 + Math.floor(next() * most),
    };
  });
  const positions = positionsOf(debts);
  const start = performance.now();
  const { payments, atLeast } = fewestPayments(positions);
  const planned = performance.now();
  explainPayments(payments, debts);
  return {
    plan: planned - start,
    explain: performance.now() - planned,
    payments: payments.length,
    atLeast,
  };
}
