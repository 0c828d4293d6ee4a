import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { activePerson, findOwnPerson } from './find-people.ts';
import { personAnswer, personAnswerSchema, personDetails, withChanges } from './person.ts';
import { replacePerson } from './replace-person.ts';

/**
 * Changes what a signed-in person knows best about themselves: what they need to take part, and their job title. All the
 * rest decides what they may take part in, and is their organisation's to say.
 *
 * Refusals: `request.stale`, `person.not-unique`. No event.
 */
export const updateOwnPerson = defineOperation({
  name: 'update-own-person',
  summary: 'Change your access needs and your job title on your own record',
  kind: 'change',
  input: z.strictObject({
    role: personDetails.role.optional(),
    accessNeeds: personDetails.accessNeeds.nullable(),
  }),
  output: personAnswerSchema,
  example: { accessNeeds: 'A seat near the screen' },
  refusals: ['request.stale', 'person.not-unique'],
  notFound: 'person.not-found',
  target: findOwnPerson,
  async run(context, changes, person) {
    const request = { operation: 'update-own-person', input: changes };
    return personAnswer(activePerson(await replacePerson(context, person, request, withChanges(changes))));
  },
});
