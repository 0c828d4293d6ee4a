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
  /**
   * Claim key (without its number) to the second at which its wait lapses, where a date was given; of held places, to the
   * second until which they are held.
   */
  until: z.record(z.string(), z.int()),
  /** Tickets that have a named person; absent while there is none. */
  named: z.set(z.int()).optional(),
  /**
   * Ticket to the version that the ledger had when its last name was taken away; absent while none was. What was due, or
   * sent, before that no longer counts: a place is named anew in its own time, and released only after another reminder.
   */
  unnamed: z.record(z.string(), z.int()).optional(),
  /** The version of the cohort's plan, by which one that is remembered is known to be overtaken; absent on older ledgers. */
  planned: z.int().optional(),
  /**
   * The version since which dates for names count: what was due before that is overtaken, because the cohort was moved,
   * places passed to a successor, who was not reminded of them, or a reminder was lost before it was told.
   */
  dueSince: z.int().optional(),
  /** Tickets whose holder was reminded to name somebody; nothing is released that is not among them. */
  reminded: z.set(z.int()).optional(),
  /** By which day places are to be named, how many days at least after they were confirmed, the freeze date; absent: without end. */
  naming: z.object({ by: z.iso.date(), days: z.int(), freezes: z.iso.date().optional() }).optional(),
  /**
   * The second at which claims close; there until the host has fixed the order. Till then only held places are given, and
   * everything else waits.
   */
  collecting: z.int().optional(),
  /** The first ticket that came too late to be allotted; absent until the closing date. */
  lateFrom: z.int().optional(),
  /** The tickets in the order that the host fixed; those that came later stand behind it. */
  order: z.array(z.int()).optional(),
  /** By which of its decisions the host fixed it; which says why it is so. */
  decision: z.string().optional(),
  /** The short id of an organisation to how many of its waits have lapsed here; absent while none has. */
  lapsed: z.record(z.string(), z.int()).optional(),
  /** Where the cohort is listed while open: its audience and first day. */
  listed: z.string(),
  /** Where it was listed before it was moved, the last five: it has gone from there. */
  unlisted: z.array(z.string()).optional(),
  change: changeSchema,
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** The id of the cohort that a ledger belongs to. */
export function cohortOf(ledger: Pick<Ledger, 'pk'>): string {
  return ledger.pk.slice('COHORT#'.length);
}

/** The first day of the cohort that a ledger belongs to (ISO date, Europe/London). */
export function firstDayOf({ listed }: Pick<Ledger, 'listed'>): string {
  return listed.slice(listed.indexOf('#') + 1);
}

/** An organisation's id without its prefix: seven characters, as they stand in claim keys. */
export function shortId(organisation: string): string {
  return organisation.slice('org_'.length);
}

/** The claim that an entry's key belongs to: all but the number of the place in it. */
export function claimOf(key: string): string {
  return key.slice(0, key.indexOf('.'));
}

/** What stands in the claim key of held places instead of a digest; being shorter than one, it can never be one. */
const heldMark = 'held';

/** The claim key of the places that are held for an organisation when the cohort opens. */
export function heldKey(organisation: string): string {
  return `${shortId(organisation)}${heldMark}`;
}

/** A live entry: which organisation holds which ticket under which claim key, and until when it would wait or is held. */
export interface Entry {
  readonly key: string;
  readonly ticket: number;
  readonly organisation: string;
  /** Seconds since 1970. */
  readonly until: number | undefined;
  /** Whether it was held for its organisation from the beginning. */
  readonly held: boolean;
}

export interface Standing {
  /** Those who hold a place, by ticket. */
  readonly confirmed: readonly Entry[];
  /** Those who wait, the next to be confirmed first. */
  readonly waiting: readonly Entry[];
}

/** What of a ledger says who holds a place. */
type Standings = Pick<Ledger, 'entries' | 'until' | 'capacity' | 'collecting' | 'order'>;

/**
 * Who holds a place and who waits, a pure function of the ledger: of the live entries, first those that were held from the
 * beginning, then those whose order the host fixed, then the others by their tickets, the first `capacity` hold places and
 * the rest wait. While the host collects claims only the held ones do. So there is never one place too many, promotion is
 * in that order, and anybody who sees the ledger can work it out again.
 */
export function standingOf(ledger: Standings): Standing {
  const rank = rankIn(ledger.order);
  const live: Entry[] = [];
  for (const [key, ticket] of Object.entries(ledger.entries)) {
    const claim = claimOf(key);
    const held = claim.endsWith(heldMark);
    if (ticket > 0)
      live.push({ key, ticket, organisation: `org_${key.slice(0, 7)}`, until: ledger.until[claim], held });
  }
  live.sort((one, other) => rank(one) - rank(other) || one.ticket - other.ticket);
  const given = ledger.collecting !== undefined ? live.filter(({ held }) => held).length : ledger.capacity;
  return { confirmed: live.slice(0, given), waiting: live.slice(given) };
}

/** Held places stand first, what the host put in order next, the others behind, each by its ticket. */
function rankIn(order: readonly number[] | undefined): (entry: Entry) => number {
  if (order === undefined) return ({ held }) => (held ? -1 : 0);
  const places = new Map(order.map((ticket, place) => [ticket, place]));
  return ({ held, ticket }) => (held ? -1 : (places.get(ticket) ?? order.length));
}

type Counted = Pick<Ledger, 'capacity' | 'waitlist' | 'room' | 'entries' | 'named' | 'collecting'>;

/** How many places are held by name, confirmed (those too), free, and how many wait. What is held is never free. */
export function countsOf(ledger: Counted) {
  const live = ledger.capacity + ledger.waitlist - ledger.room;
  const heldTickets = Object.entries(ledger.entries).flatMap(([key, ticket]) =>
    ticket > 0 && claimOf(key).endsWith(heldMark) ? [ticket] : [],
  );
  const confirmed = ledger.collecting !== undefined ? heldTickets.length : Math.min(live, ledger.capacity);
  return {
    confirmed,
    held: heldTickets.filter((ticket) => ledger.named?.has(ticket) !== true).length,
    free: Math.max(0, ledger.capacity - confirmed),
    waiting: live - confirmed,
  };
}

export const ticketSchema = z.int().min(1).describe('The place, by its ticket');

/** A place as its holder and the host see it. */
export const placeSchema = z.object({
  cohort: z.string(),
  ticket: z.int().describe('With the cohort, what names the place; never used again'),
  organisation: z.string(),
  state: z.enum(['confirmed', 'waiting']),
  held: z.boolean().optional().describe('Set while it is held for the organisation and nobody is named on it'),
  heldUntil: z.iso.datetime().optional().describe('Until when it is held without a name'),
  named: z.boolean().optional().describe('Set when a person is named on it'),
  position: z.int().optional().describe('Where it stands among those who wait, from 1'),
  confirmUntil: z.iso.datetime().optional().describe('When the wait lapses'),
});
export type Place = z.infer<typeof placeSchema>;

/** The places of a ledger, confirmed ones first; of one organisation, or of all. */
export function placesOf(ledger: Ledger, organisation?: string): Place[] {
  const { confirmed, waiting } = standingOf(ledger);
  const cohort = cohortOf(ledger);
  const instant = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
  const placeOf = ({ ticket, organisation: holder }: Entry) => ({
    cohort,
    ticket,
    organisation: holder,
    ...(ledger.named?.has(ticket) === true ? { named: true } : {}),
  });
  const places: Place[] = [
    ...confirmed.map((entry) => {
      const isHeld = entry.held && ledger.named?.has(entry.ticket) !== true;
      const held = isHeld ? { held: true, heldUntil: instant(entry.until) } : {};
      return { ...placeOf(entry), state: 'confirmed' as const, ...held };
    }),
    ...waiting.map((entry, index) => {
      const confirmUntil = instant(entry.until);
      const position = { state: 'waiting' as const, position: index + 1 };
      return { ...placeOf(entry), ...position, ...(confirmUntil === undefined ? {} : { confirmUntil }) };
    }),
  ];
  return organisation === undefined ? places : places.filter((place) => place.organisation === organisation);
}

/** Tickets whose wait has lapsed at this second but who still stand in line; a wait with a named person does not lapse. */
export function overdueWaits(ledger: Ledger, now: number): Entry[] {
  return standingOf(ledger).waiting.filter(
    ({ until, ticket }) => until !== undefined && until <= now && ledger.named?.has(ticket) !== true,
  );
}

/** How many places an organisation seeks on a ledger, or sought in vain: those it has, those that wait, and those that lapsed. */
export function soughtOn({ live, lapsed = {} }: Pick<Ledger, 'live' | 'lapsed'>, organisation: string): number {
  const short = shortId(organisation);
  return (live[short] ?? 0) + (lapsed[short] ?? 0);
}

/** How many waits of each organisation have lapsed on a ledger once these have too. */
export function lapsedWith({ lapsed = {} }: Pick<Ledger, 'lapsed'>, waits: readonly Entry[]): Record<string, number> {
  const counts = { ...lapsed };
  for (const { organisation } of waits) counts[shortId(organisation)] = (counts[shortId(organisation)] ?? 0) + 1;
  return counts;
}

/** Whether a name was taken off the place after the ledger was of this version. */
export function wasUnnamedSince({ unnamed }: Pick<Ledger, 'unnamed'>, ticket: number, version: number): boolean {
  return (unnamed?.[String(ticket)] ?? 0) >= version;
}

/** Whether what was due by a ledger of this version has been overtaken, and all is due anew. */
export function isOvertaken({ dueSince }: Pick<Ledger, 'dueSince'>, version: number): boolean {
  return dueSince !== undefined && version < dueSince;
}

/**
 * Confirmed places for which their organisations bear a share: all but those that are held for one which has named nobody on
 * them.
 */
export function takenUp(ledger: Ledger): Entry[] {
  return standingOf(ledger).confirmed.filter(({ held, ticket }) => !held || ledger.named?.has(ticket) === true);
}

/** Confirmed places on which nobody is named. */
export function unnamedPlaces(ledger: Ledger): Entry[] {
  return standingOf(ledger).confirmed.filter(({ ticket }) => ledger.named?.has(ticket) !== true);
}
