import { releasePerson } from '../../shared/places/release-person.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf, type MovableClock } from '../support/context.ts';
import { givenPerson } from '../support/people.ts';

/** So many people each organisation sends; a place's ticket says which of them. */
const peopleEach = 12;

/** The people of a history, put on record and released by their managers when they are first to be named. */
export interface People {
  /** Whom the organisation would name on this place of the cohort. */
  released(organisation: string, cohort: string, ticket: number): Promise<string>;
}

/** People as the table, without any faults, comes to know them. */
export function givenPeople(table: Table, clock: MovableClock): People {
  const people = new Map<string, Promise<string>>();
  const once = async (name: string, make: () => Promise<string>): Promise<string> => {
    const made = people.get(name) ?? make();
    people.set(name, made);
    return await made;
  };
  return {
    async released(organisation, cohort, ticket) {
      const reference = `P${String(ticket % peopleEach)}`;
      const person = await once(
        `${organisation} ${reference}`,
        async () => await givenPerson(table, clock, organisation, reference),
      );
      return await once(`${organisation} ${reference} ${cohort}`, async () => {
        const context = contextOf(table, clock, personOf(organisation));
        return (await releasePerson.perform(context, { cohort, person, backfill: 'arranged' })).person;
      });
    },
  };
}
