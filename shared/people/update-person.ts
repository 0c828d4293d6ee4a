import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { activePerson, findPerson } from './find-people.ts';
import { personAnswer, personAnswerSchema, personDetails, personId, withChanges } from './person.ts';
import { replacePerson } from './replace-person.ts';

const { reference: _reference, managerReference, accessNeeds, ...others } = personDetails;

/**
 * Changes what is on record about a person; what is not given stays, and `null` takes away what need not be there. The
 * reference stays, because the id follows from it.
 *
 * Refusals: `request.stale`. No event.
 */
export const updatePerson = defineOperation({
  name: 'update-person',
  summary: 'Change the record of a person of your organisation',
  kind: 'change',
  input: z.strictObject({
    person: personId,
    ...z.object(others).partial().shape,
    managerReference: managerReference.nullable(),
    accessNeeds: accessNeeds.nullable(),
  }),
  output: personAnswerSchema,
  example: { person: 'per_0123456789abcdef', band: '8b', role: 'Head of nursing, acute medicine' },
  refusals: ['request.stale'],
  notFound: 'person.not-found',
  target: findPerson,
  async run(context, { person: _person, ...changes }, person) {
    const request = { operation: 'update-person', input: changes };
    return personAnswer(activePerson(await replacePerson(context, person, request, withChanges(changes))));
  },
});
