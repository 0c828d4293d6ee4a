import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findOwnPerson } from './find-people.ts';
import { personAnswer, personAnswerSchema } from './person.ts';

/**
 * Answers a signed-in person what the organisation acted for keeps about them: the record with the e-mail address that
 * their identity provider has verified.
 *
 * Refusals: `person.not-unique`.
 */
export const getOwnPerson = defineOperation({
  name: 'get-own-person',
  summary: 'What your organisation has on record about you',
  kind: 'read',
  input: z.strictObject({}),
  output: personAnswerSchema,
  example: {},
  refusals: ['person.not-unique'],
  notFound: 'person.not-found',
  target: findOwnPerson,
  async run(_context, _input, person) {
    return await Promise.resolve(personAnswer(person));
  },
});
