import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { explainPayments } from './explain-payments.ts';
import type { Settlement } from './settlement.ts';

export const paymentNumber = z.int().min(1).max(1000).describe('The number of the payment within its settlement');

/** Owed until its payer says that it was made, and confirmed once its payee says that it came. */
export const paymentStatus = z.enum(['owed', 'made', 'confirmed']);

export const paymentReference = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ./-]{0,34}$/, 'Letters, digits, spaces, dots, strokes and hyphens, 35 at most')
  .describe('The reference under which it was paid, such as that of the bank; nobody’s name');

/**
 * So many pence of a statement that a payment clears. Where others have to be made too before it is cleared, because
 * each pays whom another one owes, their numbers.
 */
const clearedSchema = z.object({ statement: z.string(), pence: z.int(), together: z.array(z.int()).optional() });
export type Cleared = z.infer<typeof clearedSchema>;

/** A payment of a settlement: what it clears never changes, only in how far it has come. */
export const settlementPaymentSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('PAYMENT#'),
  settlement: z.string(),
  number: paymentNumber,
  from: z.string(),
  to: z.string(),
  pence: z.int(),
  clears: z.array(clearedSchema),
  status: paymentStatus,
  /** The day on which it was made, as its payer says; on which it arrived, as its payee says; when that confirmed it. */
  madeOn: z.iso.date().optional(),
  reference: z.string().optional(),
  arrivedOn: z.iso.date().optional(),
  confirmedOn: z.iso.date().optional(),
  /** The two organisations, and who acted for them, having succeeded them, when it was last written. */
  told: z.array(z.string()),
  version: z.int(),
  change: changeSchema,
});
export type SettlementPayment = z.infer<typeof settlementPaymentSchema>;

/**
 * What each payment of a settlement clears, in their order. Gross, each statement has its own; netted, by what goes
 * round (explain-payments.ts).
 */
export function clearedByPayments({
  kind,
  debts,
  payments,
}: Pick<Settlement, 'kind' | 'debts' | 'payments'>): Cleared[][] {
  if (kind === 'gross') {
    const paid = debts.filter(({ from, to }) => from !== to);
    return payments.map((_, index) =>
      paid.slice(index, index + 1).map(({ statement, pence }) => ({ statement, pence })),
    );
  }
  const cleared = payments.map(() => new Map<string, Cleared>());
  for (const { parts } of explainPayments(payments, debts)) {
    const numbers = parts.flatMap(({ payment }) => (payment === undefined ? [] : [payment]));
    for (const { statement, pence } of parts.flatMap((part) => part.debts)) {
      for (const number of numbers) {
        const others = numbers.filter((other) => other !== number).map((other) => other + 1);
        const name = [statement, ...others].join(' ');
        const before = cleared[number]?.get(name)?.pence ?? 0;
        const together = others.length === 0 ? {} : { together: others };
        cleared[number]?.set(name, { statement, pence: before + pence, ...together });
      }
    }
  }
  return cleared.map((each) => [...each.values()]);
}

/** How many parts of statements one payment may clear: more would be larger than an item of the table may be. */
const mostCleared = 3000;

/**
 * Whether what each payment clears can be kept with it. Random debts of a thousand statements among 200 organisations
 * need a third of that.
 */
export function canBeKept(cleared: readonly (readonly Cleared[])[]): boolean {
  return cleared.every((each) => each.length <= mostCleared);
}

/** Whether all payments that clear a statement are confirmed; also when none does, because it is set off. */
export function isCleared(
  statement: string,
  payments: readonly Pick<SettlementPayment, 'clears' | 'status'>[],
): boolean {
  return payments.every(
    ({ status, clears }) => status === 'confirmed' || !clears.some((each) => each.statement === statement),
  );
}
