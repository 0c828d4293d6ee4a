import type { Cohort } from '../../shared/cohorts/cohort.ts';
import type { Table } from '../../shared/table/table.ts';
import { givenCohort, organisationNamed } from '../support/cohorts.ts';
import { personOf, type MovableClock } from '../support/context.ts';
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
}

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

/** Eight organisations, three hosts, and cohorts of many sizes, all of them open; the first is a large one. */
export async function givenWorld(
  table: Table,
  clock: MovableClock,
  numbers: () => number,
  options: WorldOptions,
): Promise<World> {
  const trusts = ['RAT', 'R1H', 'RWK', 'RQX', 'RAL', 'RKE', 'Redbridge', 'Newham'].map(organisationNamed);
  const hosts = ['RF4', 'RYJ', 'host'].map(organisationNamed);
  const organisations = [...trusts, ...hosts];
  const cohorts: Cohort[] = [];
  for (let index = 0; index < options.cohorts; index += 1) {
    const roomy = index === 0 && options.cohorts > 6;
    const capacity = roomy ? 100 : 1 + Math.floor(numbers() * 25);
    const waitlist = roomy ? 60 : Math.floor(numbers() * 20);
    const drawn = roomy ? 120 : 2 + Math.floor(numbers() * 20);
    const limit = options.limit ?? drawn;
    const host = hosts[index % hosts.length];
    const sharedWith = index === 1 && options.hidden ? trusts.slice(0, 5) : 'all';
    cohorts.push(await givenCohort(table, clock, { host, capacity, waitlist, limit, sharedWith }));
  }
  const members = new Map(organisations.map((organisation) => [memberOf(organisation), organisation]));
  const factsOf = ({ limit, host, sharedWith }: Cohort) => ({
    limit,
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
