import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import type { Table } from '../table/table.ts';
import { readPeople, readPeopleAt, readPerson } from './people-items.ts';
import type { ActivePerson, Person } from './person.ts';

/** The person of the organisation acted for that an operation is about; one who was removed is found as well. */
export async function findPerson(
  context: Context,
  input: { readonly person: string },
): Promise<Target<Person> | undefined> {
  const person = await readPerson(context.table, actingOrganisation(context), input.person);
  return person === undefined ? undefined : { relation: 'own', subject: person };
}

/**
 * The record that the organisation acted for keeps of the person who is signed in, by the e-mail address that their
 * identity provider has verified. Refuses with `person.not-unique` when several records have that address: one of them is
 * somebody else's, and which one cannot be told.
 */
export async function findOwnPerson(context: Context): Promise<Target<ActivePerson> | undefined> {
  const { actor, table } = context;
  if (actor.kind !== 'person' || actor.email === undefined) return undefined;
  const organisation = actingOrganisation(context);
  const [id, another] = await readPeopleAt(table, organisation, actor.email);
  if (another !== undefined) throw refusal('person.not-unique');
  const person = id === undefined ? undefined : await readPerson(table, organisation, id);
  // The index lags: an address that was changed or erased a moment ago opens nothing any more.
  const isTheirs = person?.status === 'active' && person.email === actor.email.toLowerCase();
  return isTheirs ? { relation: 'own', subject: person } : undefined;
}

/**
 * A person of an organisation as they are at this moment, for a decision about them: who was added a moment ago is there.
 * Undefined for who is not there, or was removed.
 */
export async function findActivePerson(
  table: Table,
  organisation: string,
  person: string,
): Promise<ActivePerson | undefined> {
  const found = await readPerson(table, organisation, person);
  return found?.status === 'active' ? found : undefined;
}

/**
 * People of an organisation by id, as they were a moment ago; those who are not there, or were removed, are missing.
 * Personal data: for that organisation, and for the host of a place that the person has.
 */
export async function findPeople(
  table: Table,
  organisation: string,
  ids: readonly string[],
): Promise<Map<string, ActivePerson>> {
  const found = await readPeople(table, organisation, ids);
  return new Map(found.flatMap((person) => (person.status === 'active' ? [[person.id, person]] : [])));
}

/** The person as they are, where only one who was not removed will do. Refuses with `person.not-found`. */
export function activePerson(person: Person | undefined): ActivePerson {
  if (person?.status !== 'active') throw refusal('person.not-found');
  return person;
}
