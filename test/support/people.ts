import type { Clock } from '../../shared/clock.ts';
import { changeByItself } from '../../shared/change.ts';
import type { Organisation } from '../../shared/organisations/organisation.ts';
import { organisationMade } from '../../shared/organisations/organisations-items.ts';
import { addPerson } from '../../shared/people/add-person.ts';
import { releasePerson } from '../../shared/places/release-person.ts';
import type { Table } from '../../shared/table/table.ts';
import { organisationNamed } from './cohorts.ts';
import { contextOf, personOf } from './context.ts';

/** What a test has already: an organisation whose id follows from its name. */
export async function givenNamedOrganisation(
  table: Table,
  clock: Clock,
  name: string,
  kind: Organisation['kind'] = 'trust',
): Promise<string> {
  const id = organisationNamed(name);
  const change = changeByItself('founded', clock.now());
  await table.transact(organisationMade({ id, name, kind, identifiers: [], status: 'joined', version: 1, change }));
  return id;
}

/** Three organisations that most tests are about: who hosts, and two who take places. */
export const parties = {
  host: organisationNamed('host'),
  trust: organisationNamed('trust'),
  council: organisationNamed('council'),
};

/** What a test has already: the three parties. */
export async function givenParties(table: Table, clock: Clock): Promise<void> {
  await givenNamedOrganisation(table, clock, 'host');
  await givenNamedOrganisation(table, clock, 'trust');
  await givenNamedOrganisation(table, clock, 'council', 'local-authority');
}

/** What a test has already: a person of an organisation, on record under this reference. */
export async function givenPerson(
  table: Table,
  clock: Clock,
  organisation: string,
  reference: string,
  details: Partial<typeof addPerson.example> & { readonly accessNeeds?: string } = {},
): Promise<string> {
  const email = `${reference}@example.org`;
  const person = { ...addPerson.example, reference, email, ...details };
  return (await addPerson.perform(contextOf(table, clock, personOf(organisation)), person)).id;
}

/** The same, released for a cohort by their manager. */
export async function givenReleased(
  table: Table,
  clock: Clock,
  organisation: string,
  { cohort, reference }: { readonly cohort: string; readonly reference: string },
): Promise<string> {
  const person = await givenPerson(table, clock, organisation, reference);
  const release = { cohort, person, backfill: 'arranged' };
  await releasePerson.perform(contextOf(table, clock, personOf(organisation)), release);
  return person;
}
