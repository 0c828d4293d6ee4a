import type { Cohort } from '../../shared/cohorts/cohort.ts';
import type { Table } from '../../shared/table/table.ts';
import { givenCohort, organisationNamed } from '../support/cohorts.ts';
import { personOf, type MovableClock } from '../support/context.ts';
import { givenNamedOrganisation } from '../support/people.ts';
import type { HistoryFacts } from './check-history.ts';

/** What a history plays in. */
export interface World {
  readonly cohorts: readonly Cohort[];
  readonly organisations: readonly string[];
  /** The same, as the checker is told of it. */
  readonly facts: Omit<HistoryFacts, 'restating'>;
}

export interface WorldOptions {
  readonly cohorts: number;
  /** Whether the second cohort is shared with some organisations only. */
  readonly hidden: boolean;
  /** How many places an organisation may have; without it, each cohort has a limit of its own. */
  readonly limit?: number | undefined;
  /** What the cohorts are like, in turn. */
  readonly kinds?: readonly CohortKind[] | undefined;
}

/**
 * A plain cohort has its naming date long after the history; on the others places are named within days. On some of them
 * places are held for two partners, some allocate theirs, some do both.
 */
export type CohortKind = 'plain' | 'named-soon' | 'held' | 'allocated' | 'held-and-allocated';
const usualKinds = ['plain', 'allocated', 'held', 'named-soon', 'held-and-allocated', 'plain'] as const;

const day = 86_400_000;

/** A clock that never shows an instant twice: it goes on by a millisecond each time that it is read. */
export function tickingClock(clock: MovableClock): MovableClock {
  return {
    ...clock,
    now() {
      clock.moveBy(1);
      return clock.now();
    },
  };
}

const trustNames = ['RAT', 'R1H', 'RWK', 'RQX', 'RAL', 'RKE', 'Redbridge', 'Newham'];
const hostNames = ['RF4', 'RYJ', 'host'];

/** Eight organisations, three hosts, and cohorts of many sizes and kinds, all of them open; the first is a large one. */
export async function givenWorld(
  table: Table,
  clock: MovableClock,
  numbers: () => number,
  options: WorldOptions,
): Promise<World> {
  const [trusts, hosts] = [trustNames.map(organisationNamed), hostNames.map(organisationNamed)];
  const organisations = [...trusts, ...hosts];
  for (const name of [...trustNames, ...hostNames]) await givenNamedOrganisation(table, clock, name);
  const kinds = options.kinds ?? usualKinds;
  const cohorts: Cohort[] = [];
  for (let index = 0; index < options.cohorts; index += 1) {
    const roomy = index === 0 && options.cohorts > 6;
    const capacity = roomy ? 100 : 1 + Math.floor(numbers() * 25);
    const waitlist = roomy ? 60 : Math.floor(numbers() * 20);
    const drawn = roomy ? 120 : 2 + Math.floor(numbers() * 20);
    const limit = options.limit ?? drawn;
    const host = hosts[index % hosts.length];
    const sharedWith = index === 1 && options.hidden ? trusts.slice(0, 5) : 'all';
    const plan = planOf(kinds[index % kinds.length] ?? 'plain', clock, numbers, { trusts, capacity, limit });
    cohorts.push(await givenCohort(table, clock, { host, capacity, waitlist, limit, sharedWith, ...plan }));
  }
  const members = new Map(organisations.map((organisation) => [memberOf(organisation), organisation]));
  const factsOf = ({ limit, host, sharedWith }: Cohort) => ({
    limit,
    host,
    organisationOf: (member: string) => members.get(member),
    sees: (organisation: string) => sharedWith === 'all' || organisation === host || sharedWith.includes(organisation),
  });
  const facts = { cohorts: new Map(cohorts.map((cohort) => [cohort.id, factsOf(cohort)])), organisations };
  return { cohorts, organisations, facts };
}

function memberOf(organisation: string): string {
  const actor = personOf(organisation);
  return actor.kind === 'person' ? (actor.membership?.member ?? '') : '';
}

/** What of a cohort's plan makes it of this kind. Its first day is so far off that no history ever comes to it. */
function planOf(
  kind: CohortKind,
  clock: MovableClock,
  numbers: () => number,
  { trusts, capacity, limit }: { trusts: readonly string[]; capacity: number; limit: number },
): Partial<Cohort> {
  if (kind === 'plain') return {};
  const dayIn = (days: number) => new Date(clock.now().getTime() + days * day).toISOString().slice(0, 10);
  const firstDay = dayIn(58);
  const sessions = [firstDay, '2099-12-31'].map((one, index) => {
    return { id: `1-${String(index + 1)}`, day: one, from: '09:00', to: '16:30' };
  });
  const naming = { daysBefore: 56, daysAfterConfirmed: 1 + Math.floor(numbers() * 3), freezeDaysBefore: 0 };
  const isHeld = kind === 'held' || kind === 'held-and-allocated';
  const places = Math.max(1, Math.min(3, limit, Math.floor(capacity / 2)));
  const partners = trusts.slice(0, isHeld ? Math.min(2, Math.floor(capacity / places)) : 0);
  const held = partners.map((organisation) => {
    return { organisation, places, until: dayIn(2 + Math.floor(numbers() * 4)) };
  });
  const isAllocated = kind === 'allocated' || kind === 'held-and-allocated';
  const closesOn = dayIn(Math.floor(numbers() * 2));
  const allocation = isAllocated ? { closesOn, method: 'in-turn' as const, priorities: [] } : undefined;
  return { firstDay, sessions, naming, held, allocation, seed: 'published' };
}
