import { firstDayOf, standingOf, type Ledger } from '../places/ledger.ts';
import { isIn, type Period } from './financial-year.ts';

/** How many places one organisation has given to another, and taken from it. */
export interface Balance {
  readonly organisation: string;
  readonly given: number;
  readonly taken: number;
}

/**
 * What an organisation has given to each other one and taken from it, from the ledgers of cohorts alone: a place counts once
 * it is confirmed, for the period in which its cohort begins, as given by its host and taken by its holder; and no longer
 * when it was given back or released, or the cohort cancelled. Places that a host has on its own cohorts are neither. So what
 * all have given is what all have taken, and working it out again gives the same. Those with whom most was shared come first.
 */
export function balancesOf(organisation: string, ledgers: readonly Ledger[], period: Period): Balance[] {
  const given = new Map<string, number>();
  const taken = new Map<string, number>();
  for (const ledger of ledgers) {
    if (ledger.status === 'cancelled' || !isIn(period, firstDayOf(ledger))) continue;
    for (const { organisation: holder } of standingOf(ledger).confirmed) {
      if (holder === ledger.host) continue;
      if (ledger.host === organisation) given.set(holder, (given.get(holder) ?? 0) + 1);
      else if (holder === organisation) taken.set(ledger.host, (taken.get(ledger.host) ?? 0) + 1);
    }
  }
  return [...new Set([...given.keys(), ...taken.keys()])]
    .map((other) => ({ organisation: other, given: given.get(other) ?? 0, taken: taken.get(other) ?? 0 }))
    .sort(
      (one, other) =>
        other.given + other.taken - (one.given + one.taken) || (one.organisation < other.organisation ? -1 : 1),
    );
}
