import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findPerson } from './find-people.ts';
import { personId } from './person.ts';
import { replacePerson } from './replace-person.ts';

/**
 * Takes a person off the record, at once: all that says who they are is erased, and the id stays. They can be added
 * again. Where they are named on a place, the place goes on to know the id alone.
 *
 * Refusals: `request.stale`. No event.
 */
export const removePerson = defineOperation({
  name: 'remove-person',
  summary: 'Take a person of your organisation off the record',
  kind: 'change',
  input: z.strictObject({ person: personId }),
  output: z.object({ id: personId, status: z.literal('removed'), version: z.int() }),
  example: { person: 'per_0123456789abcdef' },
  refusals: ['request.stale'],
  notFound: 'person.not-found',
  target: findPerson,
  async run(context, _input, person) {
    const request = { operation: 'remove-person', input: {} };
    const removed = await replacePerson(context, person, request, ({ pk, sk, ...before }) => {
      const { id, organisation, request: madeBy, version, written } = before;
      return { pk, sk, id, organisation, status: 'removed', request: madeBy, version, written };
    });
    return { id: removed.id, status: 'removed' as const, version: removed.version };
  },
});
