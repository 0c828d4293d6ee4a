import { countsOf, firstDayOf, standingOf, type Ledger } from '../places/ledger.ts';
import type { CostPlan } from './cost-plan.ts';
import { quotePlaces, type Quote } from './quote.ts';
import type { Charge, Terms } from './share-out.ts';
import { sharedCost } from './shared-cost.ts';

/** Who asks for how many places more, and when. */
interface Asked {
  readonly organisation: string;
  readonly places: number;
  readonly now: Date;
}

/**
 * What places would cost, by the plan and by who holds a place on the ledger. Places that ended late, and owe a part until
 * they are taken, are not on the ledger: what others owe for them could only make it less.
 */
export function quoteByLedger(plan: CostPlan, ledger: Ledger, asked: Asked): Quote {
  const { cohort, host, rule, treatments, firstDay: day, policy } = plan;
  const shared = sharedCost(plan).counted.toShare;
  const terms: Terms = { cohort, host, shared, rule, treatments, day, cancelled: ledger.status === 'cancelled' };
  const charges = standingOf(ledger).confirmed.map(({ organisation, ticket }): Charge => {
    return { organisation, ticket, percent: 100, why: 'held' };
  });
  const { free } = countsOf(ledger);
  return quotePlaces(terms, charges, { ...asked, free, policy, firstDay: firstDayOf(ledger) });
}
