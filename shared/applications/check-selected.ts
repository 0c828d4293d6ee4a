import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { objectionsTo, type Objection } from '../people/eligibility.ts';
import { findPeople } from '../people/find-people.ts';
import type { ActivePerson } from '../people/person.ts';
import { countsOf, shortId, type Ledger } from '../places/ledger.ts';
import { findNamedPeople } from '../places/find-named-people.ts';
import type { Application } from './application.ts';

/** Why a person could not be named if they were selected now. */
type Hindrance = Objection | 'removed' | 'already-named';

/**
 * What keeps each of these people from being named on a place of the cohort; those whom nothing does are left out. Who is not
 * of the audience may be named all the same when the host has made an exception.
 */
export async function findHindrances(
  { table }: Pick<Context, 'table'>,
  cohort: Cohort,
  applications: readonly Application[],
  ledger: Ledger,
): Promise<Map<string, readonly Hindrance[]>> {
  const named = await findNamedPeople(table, cohort.id, ledger);
  const perOrganisation = Map.groupBy(applications, ({ organisation }) => organisation);
  const organisations = await kindsOf(table, [...perOrganisation.keys()]);
  const found = await Promise.all(
    [...perOrganisation].map(async ([organisation, own]) => {
      const people = await findPeople(
        table,
        organisation,
        own.map(({ person }) => person),
      );
      return [...people];
    }),
  );
  const people = new Map<string, ActivePerson>(found.flat());
  const hindrances = applications.map(({ id, person: personId, organisation, exception }) => {
    const person = people.get(personId);
    const kind = organisations.get(organisation);
    const isThere = person !== undefined && kind !== undefined;
    const objections = isThere && exception === undefined ? objectionsTo(cohort.audience, person, kind) : [];
    const own: Hindrance[] = isThere ? objections : ['removed'];
    return [id, named.has(personId) ? [...own, 'already-named' as const] : own] as const;
  });
  return new Map(hindrances.filter(([, own]) => own.length > 0));
}

/** Of what kind these organisations are; those that are not there are missing. */
export async function kindsOf(table: Context['table'], ids: readonly string[]) {
  const known = [];
  // As many as are read at once.
  for (let start = 0; start < ids.length; start += 100) {
    known.push(...(await findOrganisations(table, ids.slice(start, start + 100))));
  }
  return new Map(known.map(([id, { kind }]) => [id, kind]));
}

/**
 * Refuses a selection for which there are not enough places: with `place.not-enough`, or with `place.over-limit` for an
 * organisation that would hold more than it may.
 */
export function checkRoom(cohort: Pick<Cohort, 'limit'>, ledger: Ledger, taken: readonly Application[]): void {
  const { free } = countsOf(ledger);
  if (free < taken.length) throw refusal('place.not-enough', undefined, { facts: { free, selected: taken.length } });
  for (const [organisation, own] of Map.groupBy(taken, (application) => application.organisation)) {
    if (roomOf(cohort, ledger, organisation) < own.length) {
      const facts = { organisation, limit: cohort.limit, selected: own.length };
      throw refusal('place.over-limit', undefined, { facts });
    }
  }
}

/** How many more places an organisation may hold. */
export function roomOf({ limit }: Pick<Cohort, 'limit'>, ledger: Ledger, organisation: string): number {
  return limit - (ledger.live[shortId(organisation)] ?? 0);
}
