import * as z from 'zod';
import { defineOperation, mayPerform } from '../operation.ts';
import { activePerson, findPerson } from './find-people.ts';
import { personAnswer, personAnswerSchema, personId, withoutAccessNeeds } from './person.ts';

/**
 * Answers the record of a person of the organisation acted for. What they need to take part is shown to who may change
 * the record, and to nobody who may only read it.
 */
export const getPerson = defineOperation({
  name: 'get-person',
  summary: 'A person of your organisation',
  kind: 'read',
  input: z.strictObject({ person: personId }),
  output: personAnswerSchema,
  example: { person: 'per_0123456789abcdef' },
  refusals: [],
  notFound: 'person.not-found',
  target: findPerson,
  async run({ actor }, _input, person) {
    const answer = personAnswer(activePerson(person));
    return await Promise.resolve(mayPerform('update-person', actor) ? answer : withoutAccessNeeds(answer));
  },
});
