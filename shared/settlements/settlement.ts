import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { period } from '../postings/period.ts';
import { inTextOrder } from './payment.ts';

export const settlementId = z
  .string()
  .regex(idPattern('stl'), 'This is not the id of a settlement')
  .describe('The id of a settlement');

/** How many statements are settled at once: under a netting agreement, and of one's own. */
export const mostDebts = 1000;
export const mostOwnDebts = 50;

/**
 * Prepared (its statements are taken, its payments written down), then open until all payments are confirmed, unless it
 * is withdrawn before any was made. One that could not take a statement, because another settlement had it, is abandoned
 * and never seen.
 */
const settlementStatuses = ['preparing', 'abandoned', 'open', 'settled', 'withdrawn'] as const;
const shownStatuses = ['open', 'settled', 'withdrawn'] as const;
export const shownStatus = z.enum(shownStatuses);
export const settlementKind = z.enum(['gross', 'netted']);

const pence = z.int().min(1).describe('Pence (GBP)');
const debtSchema = z.object({ statement: z.string(), from: z.string(), to: z.string(), pence });
const paymentOfPlan = z.object({ from: z.string(), to: z.string(), pence });

/** How agreed statements are paid: what was decided at one moment, and never changes but in how far it has come. */
export const settlementSchema = z.object({
  pk: z.string(),
  sk: z.literal('SETTLEMENT'),
  id: settlementId,
  kind: settlementKind,
  /** Of one that nets: under which agreement, and up to which period. */
  netting: z.string().optional(),
  through: period.optional(),
  proposer: z.string(),
  /** The day (Europe/London) on which it was proposed. */
  proposedOn: z.iso.date(),
  /**
   * What is owed by each statement, unsimplified, by who acts for the two at that moment; by a credit note the creditor
   * owes.
   */
  debts: z.array(debtSchema),
  /** The payments; the first has the number 1. */
  payments: z.array(paymentOfPlan),
  /** No plan has fewer payments. */
  atLeast: z.int(),
  status: z.enum(settlementStatuses),
  /** That a payment of it was made or confirmed: from then on it cannot be withdrawn, and what is set off is settled. */
  isBeingPaid: z.literal(true).optional(),
  /** The digest of the request that proposed it. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Settlement = z.infer<typeof settlementSchema>;

/** How a settlement stands for those whom it concerns; undefined while there is none for them. */
export function shownStatusOf({ status }: Pick<Settlement, 'status'>): (typeof shownStatuses)[number] | undefined {
  return status === 'preparing' || status === 'abandoned' ? undefined : status;
}

/**
 * Whether what a settlement sets off counts as settled: from its first payment on, since until then it may be withdrawn;
 * or at once, with nothing to pay.
 */
export function isBinding({ status, isBeingPaid, payments }: Settlement): boolean {
  return status === 'settled' || (status === 'open' && (isBeingPaid === true || payments.length === 0));
}

/** The organisations that a settlement concerns, in the order of their ids. */
export function organisationsOf({ debts }: Pick<Settlement, 'debts'>): string[] {
  return [...new Set(debts.flatMap(({ from, to }) => [from, to]))].sort(inTextOrder);
}

/** What an organisation pays and receives by a settlement, in pence; and the numbers of those payments. */
export function partOf({ payments }: Pick<Settlement, 'payments'>, organisation: string) {
  const numbered = payments.map((payment, index) => ({ ...payment, number: index + 1 }));
  const pays = numbered.filter(({ from }) => from === organisation);
  const receives = numbered.filter(({ to }) => to === organisation);
  const sumOf = (some: typeof numbered) => some.reduce((sum, each) => sum + each.pence, 0);
  return {
    pays: sumOf(pays),
    receives: sumOf(receives),
    payments: [...pays, ...receives].map(({ number }) => number),
  };
}
