import { countsOf, firstDayOf, takenUp, type Ledger } from '../places/ledger.ts';
import type { CostPlan } from './cost-plan.ts';
import { quotePlaces, type Quote } from './quote.ts';
import type { Charge, Terms } from './share-out.ts';
import { sharedCost } from './shared-cost.ts';

/** Who asks for how many places more, and when; and what is recorded of the places so far, where that is known. */
interface Asked {
  readonly organisation: string;
  readonly places: number;
  readonly now: Date;
  readonly recorded?: readonly Charge[] | undefined;
}

/**
 * What places would cost, by the plan and by who holds a place on the ledger. What the ledger does not tell is told by the
 * recorded charges: the places that ended late, and owe a part until they are taken; and those that were not attended.
 * Without them, what others owe for such places is left out, which could only make it less.
 */
export function quoteByLedger(plan: CostPlan, ledger: Ledger, { recorded = [], ...asked }: Asked): Quote {
  const { cohort, host, rule, treatments, firstDay: day, policy } = plan;
  const shared = sharedCost(plan).counted.toShare;
  const terms: Terms = { cohort, host, shared, rule, treatments, day, cancelled: ledger.status === 'cancelled' };
  const ended = recorded.filter(({ why }) => why === 'given-back' || why === 'released');
  const unattended = new Map(recorded.filter(({ why }) => why === 'unattended').map((one) => [one.ticket, one]));
  const held = takenUp(ledger).map(({ organisation, ticket }): Charge => {
    return unattended.get(ticket) ?? { organisation, ticket, percent: 100, why: 'held' };
  });
  const { free } = countsOf(ledger);
  return quotePlaces(terms, [...ended, ...held], { ...asked, free, policy, firstDay: firstDayOf(ledger) });
}
