import { inTextOrder, type Owes, type Payment, type Position } from './payment.ts';

/** From the largest amount to the smallest; those alike by organisation. */
function largestFirst(one: Position, other: Position): number {
  return Math.abs(other.pence) - Math.abs(one.pence) || inTextOrder(one.organisation, other.organisation);
}

/**
 * The payments that settle a group whose positions add up to nought, at most one fewer than it has members: each
 * settles whoever pays or whoever is paid, and the last settles both. The largest comes first, and pays whom it owes
 * directly, if there is one.
 */
export function paymentsOfGroup(group: readonly Position[], owes: Owes): Payment[] {
  const inOrder = [...group].sort(largestFirst);
  const payers = inOrder.filter(({ pence }) => pence < 0);
  let payees = inOrder.filter(({ pence }) => pence > 0);
  const payments: Payment[] = [];
  for (const payer of payers) {
    let left = -payer.pence;
    while (left > 0) {
      const payee = payees.find(({ organisation }) => owes(payer.organisation, organisation)) ?? payees[0];
      if (payee === undefined) throw new Error('The positions do not add up to nought');
      const pence = Math.min(left, payee.pence);
      payments.push({ from: payer.organisation, to: payee.organisation, pence });
      left -= pence;
      payees = payees
        .map((other) => (other === payee ? { ...other, pence: other.pence - pence } : other))
        .filter((other) => other.pence > 0);
    }
  }
  if (payees.length > 0) throw new Error('The positions do not add up to nought');
  return payments;
}
