import * as z from 'zod';
import { digest } from '../ids.ts';
import type { Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table } from '../table/table.ts';
import { personSchema, type ActivePerson, type Person, type RemovedPerson } from './person.ts';

type Unkeyed = Omit<ActivePerson, 'pk' | 'sk'> | Omit<RemovedPerson, 'pk' | 'sk'>;

/** The item of a person; one who was removed can no longer be found by an e-mail address. */
function personItem(person: Unkeyed): Item {
  const key = keys.person(person.organisation, person.id);
  if (person.status === 'removed') return { ...person, ...key };
  return { ...person, ...key, gsi1pk: placeOf(person.email), gsi1sk: keys.personAtOrganisation(person) };
}

/** Reads the record of a person as it is at this moment, also of one who was removed. */
export async function readPerson(table: Table, organisation: string, person: string): Promise<Person | undefined> {
  return await table.get(keys.person(organisation, person), personSchema, { consistent: true });
}

/** Reads an organisation's people by id, removed ones too; who is not there is missing. Eventually consistent, in no order. */
export async function readPeople(table: Table, organisation: string, people: readonly string[]): Promise<Person[]> {
  return await table.getMany(
    [...new Set(people)].map((person) => keys.person(organisation, person)),
    personSchema,
  );
}

/** An organisation's people by id, removed ones too. */
export function peopleSource(table: Table, organisation: string): Source<Person> {
  return async (after, limit) => await table.query({ ...keys.peopleOf(organisation), after, limit }, personSchema);
}

/**
 * Writes what a person is from now on, if they still are of the version before it; version 1 only where nobody is yet.
 * False when they are not: read again to see what was written meanwhile, it may have been this very write sent twice.
 */
export async function writePerson(table: Table, person: Unkeyed): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': person.version - 1 } };
  return await table.put(personItem(person), person.version === 1 ? absent : unchanged);
}

/**
 * The ids of an organisation's people with an e-mail address, in any case of letters; two at most, which is enough to see
 * that it names nobody in particular. From an index: it may lag a second behind.
 */
export async function readPeopleAt(table: Table, organisation: string, email: string): Promise<string[]> {
  const prefix = keys.personAtOrganisation({ organisation, id: '' });
  const found = await table.query(
    { index: 'gsi1', pk: placeOf(email), prefix, limit: 2 },
    z.object({ id: z.string() }),
  );
  return found.map(({ id }) => id);
}

/** Where the people with an e-mail address are found; by a digest, so that no key says an address. */
function placeOf(email: string): string {
  return keys.peopleAt(digest('person-at', email.toLowerCase()));
}
