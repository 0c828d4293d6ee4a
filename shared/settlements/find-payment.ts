import type { Context } from '../context.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import { findHeirs } from '../successions/find-heirs.ts';
import type { SettlementPayment } from './settlement-payment.ts';
import { shownStatusOf, type Settlement } from './settlement.ts';
import { readPayment, readSettlement } from './settlements-items.ts';

/** A payment, and on which sides of it the organisation acted for is, itself or as a successor. */
export interface FoundPayment {
  readonly settlement: Settlement;
  readonly payment: SettlementPayment;
  readonly pays: boolean;
  readonly isPaid: boolean;
  /** The two organisations, and who acts for them now. */
  readonly told: readonly string[];
}

/** The payment that an operation is about: there for who pays, who is paid, and their successors. */
export async function findPayment(
  context: Context,
  input: { readonly settlement: string; readonly payment: number },
): Promise<Target<FoundPayment> | undefined> {
  const settlement = await readSettlement(context.table, input.settlement);
  const payment = await readPayment(context.table, input.settlement, input.payment);
  if (payment === undefined || settlement === undefined || shownStatusOf(settlement) === undefined) return undefined;
  const acting = actingOrganisation(context);
  const { from, to } = payment;
  const heirs = await findHeirs(context.table, [from, to]);
  const [pays = false, isPaid = false] = [from, to].map((one) => acting === (heirs.get(one) ?? one));
  const told = [...new Set([from, to, ...heirs.values()])];
  return { relation: pays || isPaid ? 'own' : 'other', subject: { settlement, payment, pays, isPaid, told } };
}

/** The statements by which the organisations of a payment owe each other or others, as one of the two sees them. */
export function statementsSeenBy({ settlement, payment }: FoundPayment, side: 'from' | 'to'): Set<string> {
  const own = payment[side];
  return new Set(
    settlement.debts.filter(({ from, to }) => from === own || to === own).map(({ statement }) => statement),
  );
}
