import type { PlaceFact } from '../../../shared/costs/place-charges.ts';
import type { PlacePolicy } from '../../../shared/costs/sharing-rule.ts';
import type { Chance } from './random-shares.ts';

/** What is recorded of the places of a cohort while things happen to it. */
export interface Recorded {
  readonly capacity: number;
  readonly facts: readonly PlaceFact[];
  /** Who holds which ticket. */
  readonly held: ReadonlyMap<number, string>;
  readonly next: number;
  /** Who was succeeded: it takes no more part. */
  readonly succeeded: readonly string[];
  /** The instant of what happened last, in milliseconds. */
  readonly at: number;
}

export const firstDay = '2027-09-14';
const hour = 3_600_000;
const ends = ['given-back', 'released'] as const;
const attendances = ['none', 'none', 'partial', 'full'] as const;

export function nothingYet(capacity: number): Recorded {
  return { capacity, facts: [], held: new Map(), next: 1, succeeded: [], at: Date.parse('2027-07-20T09:00:00Z') };
}

export function randomPolicy(chance: Chance): PlacePolicy {
  const partDaysBefore = chance(30);
  const unattendedPercent = [100, 100, 40, 0][chance(4)] ?? 100;
  return { freeDaysBefore: partDaysBefore + chance(30), partDaysBefore, partPercent: chance(101), unattendedPercent };
}

/** So many places confirmed for an organisation at once. */
export function confirmedFor(recorded: Recorded, organisation: string, places: number): Recorded {
  const tickets = Array.from({ length: places }, (_, index) => recorded.next + index);
  const at = new Date(recorded.at).toISOString();
  return {
    ...recorded,
    facts: [...recorded.facts, { kind: 'confirmed', organisation, tickets, at }],
    held: new Map([...recorded.held, ...tickets.map((ticket) => [ticket, organisation] as const)]),
    next: recorded.next + places,
  };
}

function gone(recorded: Recorded, ticket: number, how: (typeof ends)[number]): Recorded {
  const organisation = recorded.held.get(ticket) ?? '';
  const at = new Date(recorded.at).toISOString();
  const held = new Map(recorded.held);
  held.delete(ticket);
  return { ...recorded, held, facts: [...recorded.facts, { kind: 'gone', how, organisation, tickets: [ticket], at }] };
}

function passedOn(recorded: Recorded, from: string, to: string): Recorded {
  const tickets = [...recorded.held].flatMap(([ticket, holder]) => (holder === from ? [ticket] : []));
  const held = new Map([...recorded.held].map(([ticket, holder]) => [ticket, holder === from ? to : holder] as const));
  const succeeded = from === to ? recorded.succeeded : [...recorded.succeeded, from];
  return { ...recorded, held, succeeded, facts: [...recorded.facts, { kind: 'passed-on', from, to, tickets }] };
}

/**
 * What happens next to the places of these organisations, some time later: some are confirmed while there is room, one
 * ends, somebody attends or not, or one organisation succeeds another. Where the cohort may move, it does so now and then.
 */
export function happens(recorded: Recorded, chance: Chance, all: readonly string[], mayMove: boolean): Recorded {
  const who = all.filter((one) => !recorded.succeeded.includes(one));
  const later = { ...recorded, at: recorded.at + chance(60) * hour };
  const organisation = who[chance(who.length)] ?? '';
  const own = [...later.held].filter(([, holder]) => who.includes(holder));
  const ticket = own[chance(own.length)]?.[0];
  const kind = chance(20);
  if (kind < 9) {
    const free = later.capacity - later.held.size;
    return confirmedFor(later, organisation, Math.min(free, 1 + chance(3)));
  }
  if (kind < 15) return ticket === undefined ? later : gone(later, ticket, ends[chance(2)] ?? 'released');
  if (kind === 15) return passedOn(later, organisation, who[chance(who.length)] ?? '');
  if (kind === 16 && mayMove) {
    return { ...later, facts: [...later.facts, { kind: 'moved', firstDay: chance(2) > 0 ? firstDay : '2027-10-05' }] };
  }
  if (ticket === undefined) return later;
  const noted = { session: `1-${String(chance(3))}`, attendance: attendances[chance(4)] ?? 'none' };
  return { ...later, facts: [...later.facts, { kind: 'attended', ticket, ...noted }] };
}
