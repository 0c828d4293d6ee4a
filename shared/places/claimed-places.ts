import type { Cohort } from '../cohorts/cohort.ts';
import { claimOf, placesOf, type Ledger, type Place } from './ledger.ts';

/** What the write of a claim changed, as far as it tells what became of the claim. */
export type ClaimedPart = Pick<Ledger, 'room' | 'entries'>;

interface Claim {
  readonly key: string;
  readonly organisation: string;
  readonly confirmUntil: string | undefined;
}

/** The places that one claim still has. */
export function claimedPlaces(ledger: Ledger, { key, organisation }: Omit<Claim, 'confirmUntil'>): Place[] {
  const tickets = new Set(ticketsOf(ledger, key));
  return placesOf(ledger, organisation).filter(({ ticket }) => tickets.has(ticket));
}

/**
 * The places that a claim was just given on a cohort that gives its places first come, first served, from what its write
 * changed alone: its tickets are the last in line, and what is left of the room says how long the line is. So a claim has
 * no need of the whole ledger, which may have two hundred entries.
 */
export function placesJustClaimed(changed: ClaimedPart, cohort: Cohort, claim: Claim): Place[] {
  const { key, organisation, confirmUntil } = claim;
  const tickets = ticketsOf(changed, key).sort((one, other) => one - other);
  const waiting = cohort.waitlist - changed.room;
  return tickets.map((ticket, index) => {
    const position = waiting - (tickets.length - 1 - index);
    const place = { cohort: cohort.id, ticket, organisation };
    if (position <= 0) return { ...place, state: 'confirmed' };
    return { ...place, state: 'waiting', position, ...(confirmUntil === undefined ? {} : { confirmUntil }) };
  });
}

function ticketsOf({ entries }: Pick<Ledger, 'entries'>, claim: string): number[] {
  return Object.entries(entries).flatMap(([entry, ticket]) => (claimOf(entry) === claim ? [ticket] : []));
}
