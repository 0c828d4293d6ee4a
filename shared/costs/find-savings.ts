import { cohortOf, takenUp, type Ledger } from '../places/ledger.ts';
import type { Table } from '../table/table.ts';
import { readCostPlan } from './costs-items.ts';
import { readOwnCost } from './own-costs-items.ts';
import { savingOf, savingOfAll, type Borne, type Saving } from './savings.ts';
import { sharedCost } from './shared-cost.ts';
import { readShares } from './shares-items.ts';
import { sharesWithHost, type Shares } from './shares.ts';

/** What sharing saved on a cohort: an organisation, and all that have places there. */
export interface CohortSavings {
  readonly status: Shares['status'];
  readonly own: Saving;
  /** Whether the organisation has a place, or bears anything without one. */
  readonly takesPart: boolean;
  readonly all: Saving;
  /** How many organisations have places. */
  readonly organisations: number;
}

/**
 * What sharing saved on the cohort of a ledger, which is not that of one that is cancelled, as one organisation may know it.
 * Instead, why that cannot be told: there is no cost plan, or its shares are not worked out yet.
 */
export async function findSavings(
  table: Table,
  ledger: Ledger,
  organisation: string,
): Promise<CohortSavings | 'no-plan' | 'not-shared'> {
  const cohort = cohortOf(ledger);
  const [plan, shares, ownCost] = await Promise.all([
    readCostPlan(table, cohort),
    readShares(table, cohort),
    readOwnCost(table, organisation, cohort),
  ]);
  if (plan === undefined) return 'no-plan';
  if (shares === undefined) return 'not-shared';
  const { toShare: cost } = sharedCost(plan).counted;
  const { fewestViable } = plan;
  const byPlan = fewestViable === undefined ? undefined : { method: 'fewest-viable' as const, cost, fewestViable };
  const borne = borneOn(ledger, shares, cost);
  const own = borne.find((one) => one.organisation === organisation) ?? { places: 0, net: 0 };
  const stated = ownCost?.stated;
  return {
    status: shares.status,
    own: savingOf(own, stated === undefined ? byPlan : { method: 'stated', ...stated }),
    takesPart: own.places > 0 || own.net !== 0,
    all: savingOfAll(borne, byPlan),
    organisations: borne.filter(({ places }) => places > 0).length,
  };
}

/** The places that each organisation has on a cohort, and what it bears: all that have either. */
function borneOn(ledger: Ledger, shares: Shares, toShare: number): Borne[] {
  const held = Map.groupBy(takenUp(ledger), ({ organisation }) => organisation);
  const nets = new Map(sharesWithHost(shares, toShare).map(({ organisation, net }) => [organisation, net]));
  return [...new Set([...nets.keys(), ...held.keys()])].map((organisation) => {
    return { organisation, places: held.get(organisation)?.length ?? 0, net: nets.get(organisation) ?? 0 };
  });
}
