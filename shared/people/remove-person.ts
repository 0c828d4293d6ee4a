import * as z from 'zod';
import { eraseApplications } from '../applications/erase-applications.ts';
import { defineOperation } from '../operation.ts';
import { findPerson } from './find-people.ts';
import { personId } from './person.ts';
import { replacePerson } from './replace-person.ts';

/**
 * Takes a person off the record, at once: all that says who they are is erased, and the id stays. They can be added
 * again. Where they are named on a place, the place goes on to know the id alone; so do their applications, whose texts are
 * erased after that: cut off there, it is done by whoever asks again.
 *
 * Refusals: `request.stale`, `request.busy`. No event of the person.
 */
export const removePerson = defineOperation({
  name: 'remove-person',
  summary: 'Take a person of your organisation off the record',
  kind: 'change',
  input: z.strictObject({ person: personId }),
  output: z.object({ id: personId, status: z.literal('removed'), version: z.int() }),
  example: { person: 'per_0123456789abcdef' },
  refusals: ['request.stale', 'request.busy'],
  notFound: 'person.not-found',
  target: findPerson,
  async run(context, _input, person) {
    // Who was removed by a request that was cut off is refused below: first what it left is erased.
    if (person.status === 'removed') await eraseApplications(context, person.id);
    const request = { operation: 'remove-person', input: {} };
    const removed = await replacePerson(context, person, request, ({ pk, sk, ...before }) => {
      const { id, organisation, request: madeBy, version, written } = before;
      return { pk, sk, id, organisation, status: 'removed', request: madeBy, version, written };
    });
    await eraseApplications(context, removed.id);
    return { id: removed.id, status: 'removed' as const, version: removed.version };
  },
});
