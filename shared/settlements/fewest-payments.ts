import { manyGroups, mostGroupsAtBest } from './many-groups.ts';
import { mostForCertain, mostGroups } from './most-groups.ts';
import { inTextOrder, type Owes, type Payment, type Position } from './payment.ts';
import { paymentsOfGroup } from './payments-of-group.ts';

/** Payments that settle all positions, and how few there can be. */
export interface PaymentPlan {
  /** By who pays, then by who is paid. */
  readonly payments: readonly Payment[];
  /** No plan has fewer payments than this; where it is their number, they are provably the fewest. */
  readonly atLeast: number;
}

/**
 * The fewest payments after which nobody is owed or owes anything. `positions` are in pence, each organisation's own
 * once, and add up to nought; who stands at nought pays and is paid nothing.
 *
 * Payments tie organisations into groups, and each group settles itself: with one payment fewer than it has members,
 * and never with fewer. So the fewest payments are those of the most groups that each add up to nought. Two that owe
 * and are owed the same are always such a group: were each of them in another, those two groups less the pair would
 * make one, and there would be as many as before. Of what is left, up to twenty are parted into the most groups for
 * certain; above that, into as many as are found, and `atLeast` says how many payments there would be at the best.
 *
 * The plan follows from the positions alone, whatever their order, and from `owes`, which decides between plans of as
 * many payments: an organisation rather pays whom it owes directly. Throws when an amount is no whole number or they do
 * not add up to nought.
 */
export function fewestPayments(positions: ReadonlyMap<string, number>, owes: Owes = () => false): PaymentPlan {
  const standing = [...positions]
    .map(([organisation, pence]) => ({ organisation, pence }))
    .filter(({ pence }) => pence !== 0)
    .sort((one, other) => one.pence - other.pence || inTextOrder(one.organisation, other.organisation));
  checkPositions(standing);
  const { pairs, rest } = takePairs(standing, owes);
  const amounts = rest.map(({ pence }) => pence);
  const isCertain = rest.length <= mostForCertain;
  const atBest = isCertain ? 0 : mostGroupsAtBest(amounts);
  const groups = isCertain ? mostGroups(amounts) : manyGroups(amounts, atBest);
  const payments = groups.flatMap((group) =>
    paymentsOfGroup(
      group.flatMap((member) => rest[member] ?? []),
      owes,
    ),
  );
  return {
    payments: [...pairs, ...payments].sort(
      (one, other) => inTextOrder(one.from, other.from) || inTextOrder(one.to, other.to),
    ),
    atLeast: pairs.length + rest.length - (isCertain ? groups.length : atBest),
  };
}

function checkPositions(standing: readonly Position[]): void {
  if (!standing.every(({ pence }) => Number.isSafeInteger(pence))) throw new Error('A position is no amount of pence');
  if (standing.reduce((sum, { pence }) => sum + pence, 0) !== 0)
    throw new Error('The positions do not add up to nought');
}

/** Two and two that owe and are owed the same: first those of which one owes the other directly, then as they come. */
function takePairs(standing: readonly Position[], owes: Owes): { pairs: Payment[]; rest: Position[] } {
  const pairs: Payment[] = [];
  const taken = new Set<string>();
  const take = (mayPay: Owes) => {
    for (const { organisation: from, pence } of standing) {
      if (pence > 0 || taken.has(from)) continue;
      const payee = standing.find(
        (other) => other.pence === -pence && !taken.has(other.organisation) && mayPay(from, other.organisation),
      );
      if (payee === undefined) continue;
      pairs.push({ from, to: payee.organisation, pence: -pence });
      taken.add(from).add(payee.organisation);
    }
  };
  take(owes);
  take(() => true);
  return { pairs, rest: standing.filter(({ organisation }) => !taken.has(organisation)) };
}
