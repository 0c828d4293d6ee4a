import * as z from 'zod';
import { changeSchema } from '../change.ts';

/** Where a cohort stands. A cohort without a ledger is a draft. */
export const cohortStatuses = ['open', 'closed', 'cancelled'] as const;

/**
 * The most entries that a ledger keeps, those given back in the last day too. It is then 4 to 6.5 KB, by how many
 * organisations they are of, and up to 10 KB where every claim has a date: each decision costs so many write units.
 */
export const mostEntries = 200;

/** The most places in one claim, or given back at once. */
export const mostPlacesAtOnce = 50;

/**
 * The cohort ledger: where places are decided, one conditional write each (docs/data-model.md).
 * A place is a cohort and a ticket; tickets are never used again.
 */
export const ledgerSchema = z.object({
  pk: z.string(),
  sk: z.literal('LEDGER'),
  host: z.string(),
  status: z.enum(cohortStatuses),
  /** Confirmed places; and how many may wait beside them. */
  capacity: z.int(),
  waitlist: z.int(),
  /** How often the capacity was changed; absent while it is as it was at first. */
  resized: z.int().optional(),
  /** Live entries still allowed: capacity + waitlist - live. */
  room: z.int(),
  /** The next ticket, from 1. */
  next: z.int(),
  /** Raised by one at every write. */
  version: z.int(),
  /** Claim key to ticket; a negative ticket was given back (a tombstone). */
  entries: z.record(z.string(), z.int()),
  /** The short id of an organisation to how many live entries it has. */
  live: z.record(z.string(), z.int()),
  /** Claim key (without its number) to the second at which its wait lapses; only where a date was given. */
  until: z.record(z.string(), z.int()),
  /** Tickets that have a named person; absent while there is none. */
  named: z.set(z.int()).optional(),
  /** The version of the cohort's plan, by which one that is remembered is known to be overtaken; absent on older ledgers. */
  planned: z.int().optional(),
  /** Where the cohort is listed while open: its audience and first day. */
  listed: z.string(),
  change: changeSchema,
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** The id of the cohort that a ledger belongs to. */
export function cohortOf(ledger: Pick<Ledger, 'pk'>): string {
  return ledger.pk.slice('COHORT#'.length);
}

/** An organisation's id without its prefix: seven characters, as they stand in claim keys. */
export function shortId(organisation: string): string {
  return organisation.slice('org_'.length);
}

/** The claim that an entry's key belongs to: all but the number of the place in it. */
export function claimOf(key: string): string {
  return key.slice(0, key.indexOf('.'));
}

/** A live entry: which organisation holds which ticket under which claim key, and until when it would wait. */
export interface Entry {
  readonly key: string;
  readonly ticket: number;
  readonly organisation: string;
  /** Seconds since 1970. */
  readonly until: number | undefined;
}

export interface Standing {
  /** Those who hold a place, by ticket. */
  readonly confirmed: readonly Entry[];
  /** Those who wait, the next to be confirmed first. */
  readonly waiting: readonly Entry[];
}

/**
 * Who holds a place and who waits, a pure function of the ledger: the `capacity` lowest live tickets hold places, the
 * rest wait in order. So there is never one place too many, promotion is first come first served, and anybody who sees
 * the ledger can work it out again.
 */
export function standingOf(ledger: Pick<Ledger, 'entries' | 'until' | 'capacity'>): Standing {
  const live: Entry[] = [];
  for (const [key, ticket] of Object.entries(ledger.entries)) {
    if (ticket > 0)
      live.push({ key, ticket, organisation: `org_${key.slice(0, 7)}`, until: ledger.until[claimOf(key)] });
  }
  live.sort((one, other) => one.ticket - other.ticket);
  return { confirmed: live.slice(0, ledger.capacity), waiting: live.slice(ledger.capacity) };
}

/** How many places are free, and how many may still wait. */
export function countsOf(ledger: Pick<Ledger, 'capacity' | 'waitlist' | 'room'>) {
  const live = ledger.capacity + ledger.waitlist - ledger.room;
  return {
    confirmed: Math.min(live, ledger.capacity),
    free: Math.max(0, ledger.capacity - live),
    waiting: Math.max(0, live - ledger.capacity),
  };
}

/** A place as its holder and the host see it. */
export const placeSchema = z.object({
  cohort: z.string(),
  ticket: z.int().describe('With the cohort, what names the place; never used again'),
  organisation: z.string(),
  state: z.enum(['confirmed', 'waiting']),
  position: z.int().optional().describe('Where it stands among those who wait, from 1'),
  confirmUntil: z.iso.datetime().optional().describe('When the wait lapses'),
});
export type Place = z.infer<typeof placeSchema>;

/** The places of a ledger, confirmed ones first; of one organisation, or of all. */
export function placesOf(ledger: Ledger, organisation?: string): Place[] {
  const { confirmed, waiting } = standingOf(ledger);
  const cohort = cohortOf(ledger);
  const places = [
    ...confirmed.map(({ ticket, organisation: holder }) => ({
      cohort,
      ticket,
      organisation: holder,
      state: 'confirmed' as const,
    })),
    ...waiting.map((entry, index) => ({
      cohort,
      ticket: entry.ticket,
      organisation: entry.organisation,
      state: 'waiting' as const,
      position: index + 1,
      ...(entry.until === undefined ? {} : { confirmUntil: new Date(entry.until * 1000).toISOString() }),
    })),
  ];
  return organisation === undefined ? places : places.filter((place) => place.organisation === organisation);
}

/** Tickets whose wait has lapsed at this second but who still stand in line; a wait with a named person does not lapse. */
export function overdueWaits(ledger: Ledger, now: number): Entry[] {
  return standingOf(ledger).waiting.filter(
    ({ until, ticket }) => until !== undefined && until <= now && ledger.named?.has(ticket) !== true,
  );
}
