import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { defineOperation } from '../operation.ts';
import { findOwnPerson } from '../people/find-people.ts';
import { findOwnPlaces } from '../places/find-own-places.ts';
import { calendarEventsOf } from './calendar-events.ts';
import { writeCalendar } from './write-calendar.ts';

/**
 * Gives the sessions of all cohorts on which the person who is signed in is named, as an iCalendar file, the earliest first.
 * They are the same events as those of each cohort's own calendar: taken from both, nothing is there twice, and what is
 * moved or cancelled moves and goes. At most 100 places; what was done in the last seconds may be missing.
 *
 * Refusals: `person.not-unique`.
 */
export const getOwnCalendar = defineOperation({
  name: 'get-own-calendar',
  summary: 'The sessions of the places on which you are named, for a calendar',
  kind: 'read',
  input: z.strictObject({}),
  output: answeredFileSchema,
  example: {},
  refusals: ['person.not-unique'],
  notFound: 'person.not-found',
  target: findOwnPerson,
  async run({ table }, _input, person) {
    const places = await findOwnPlaces(table, person);
    const events = places
      .flatMap(({ cohort, status }) => calendarEventsOf(cohort, status))
      .sort((one, other) => one.start.getTime() - other.start.getTime());
    return { name: 'my-places.ics', content: writeCalendar('My places', events) };
  },
});
