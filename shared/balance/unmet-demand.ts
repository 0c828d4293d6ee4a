import { shortId, soughtOn, standingOf, type Ledger } from '../places/ledger.ts';
import type { RefusedClaim } from '../places/find-refused-claims.ts';

/** Places that were asked for in vain, by what became of them. */
export interface Unmet {
  /** Waiting in line still. */
  readonly waiting: number;
  /** Waited until their date, and lapsed. */
  readonly lapsed: number;
  /** Refused, since there was no room. */
  readonly refused: number;
  /** Confirmed, on a cohort that was cancelled. */
  readonly cancelled: number;
}

/** What one organisation asked of one cohort in vain. */
export interface Demand extends Unmet {
  readonly organisation: string;
}

type Refused = Pick<RefusedClaim, 'organisation' | 'quantity' | 'sought'>;

const kinds = ['waiting', 'lapsed', 'refused', 'cancelled'] as const;

/**
 * What organisations have asked of a cohort in vain, from its ledger and the claims on it that were refused for want of room. What
 * was given back by its holder was not in vain, and while claims are collected to be allocated nothing is yet. A refused
 * claim counts as far as the organisation has not got more since, in whatever way it asked again: places, waits, or waits
 * that lapsed, which count by themselves.
 */
export function demandsOn(ledger: Ledger, refusedClaims: readonly Refused[]): Demand[] {
  const { confirmed, waiting } = standingOf(ledger);
  const undecided = ledger.collecting !== undefined && ledger.status !== 'cancelled';
  const waits = countByHolder(undecided ? [] : waiting);
  const cancelled = countByHolder(ledger.status === 'cancelled' ? confirmed : []);
  const refused = new Map(
    refusedClaims.map(({ organisation, quantity, sought }) => {
      const missing = sought - soughtOn(ledger, organisation);
      return [organisation, Math.max(0, Math.min(missing, quantity))] as const;
    }),
  );
  const lapsed = Object.keys(ledger.lapsed ?? {}).map((short) => `org_${short}`);
  return [...new Set([...waits.keys(), ...cancelled.keys(), ...refused.keys(), ...lapsed])]
    .map((organisation) => ({
      organisation,
      waiting: waits.get(organisation) ?? 0,
      lapsed: ledger.lapsed?.[shortId(organisation)] ?? 0,
      refused: refused.get(organisation) ?? 0,
      cancelled: cancelled.get(organisation) ?? 0,
    }))
    .filter((demand) => placesIn(demand) > 0);
}

function countByHolder(entries: readonly { readonly organisation: string }[]): Map<string, number> {
  const holders = Map.groupBy(entries, ({ organisation }) => organisation);
  return new Map([...holders].map(([organisation, held]) => [organisation, held.length]));
}

function placesIn(unmet: Unmet): number {
  return kinds.reduce((sum, kind) => sum + unmet[kind], 0);
}

/** The demands of several organisations and cohorts as one: all places, by what became of them, and how many organisations. */
export function sumOf(demands: readonly Demand[]) {
  const sum = (kind: keyof Unmet) => demands.reduce((total, demand) => total + demand[kind], 0);
  return {
    places: demands.reduce((total, demand) => total + placesIn(demand), 0),
    waiting: sum('waiting'),
    lapsed: sum('lapsed'),
    refused: sum('refused'),
    cancelled: sum('cancelled'),
    organisations: new Set(demands.map(({ organisation }) => organisation)).size,
  };
}
