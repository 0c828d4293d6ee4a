import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { refusal } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { activePerson } from './find-people.ts';
import { readPerson, writePerson } from './people-items.ts';
import { personAnswer, personAnswerSchema, personDetails, personIdOf } from './person.ts';
import { writtenNow } from './replace-person.ts';

/**
 * Puts a person of the organisation acted for on record, so that they can be named on a place. The id follows from the
 * organisation and its reference for the person: somebody who was removed and comes back has the same one, and with it the
 * places, certificates and applications of before. A newcomer must not have those, so it has to be said that somebody
 * comes back. A repeated request is answered with the person as they are now.
 *
 * Refusals: `person.already`; `person.was-removed` for the reference of somebody who was removed, unless they are
 * `returning`; `person.not-found` for the repetition of a request whose person was removed meanwhile. No event: people are
 * no one's business but their organisation's.
 */
export const addPerson = defineOperation({
  name: 'add-person',
  summary: 'Put a person of your organisation on record',
  kind: 'create',
  input: z.strictObject({
    ...personDetails,
    returning: z
      .boolean()
      .default(false)
      .describe('`true`: somebody who was removed comes back, and has the places of before; never for somebody else'),
  }),
  output: personAnswerSchema,
  example: {
    reference: '20417733',
    name: 'Example Person',
    email: 'example.person@example.org',
    staffGroup: 'nurses-and-midwives',
    band: '8a',
    role: 'Matron, acute medicine',
    managesPeople: true,
    leadsCommissioning: false,
  },
  refusals: ['person.already', 'person.was-removed', 'person.not-found'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input, organisation) {
    const { table } = context;
    const { returning, ...details } = input;
    const id = personIdOf(organisation, details.reference);
    const request = requestDigest(context, 'add-person', input);
    const written = writtenNow(context, request);
    const made = { id, organisation, status: 'active' as const, ...details, request, version: 1, written };
    if (await writePerson(table, made)) return personAnswer(made);
    const there = await readPerson(table, organisation, id);
    if (there?.request === request) return personAnswer(activePerson(there));
    if (there?.status === 'active') throw refusal('person.already');
    if (!returning) throw refusal('person.was-removed');
    const again = { ...made, version: (there?.version ?? 0) + 1 };
    if (await writePerson(table, again)) return personAnswer(again);
    const now = await readPerson(table, organisation, id);
    if (now?.request === request) return personAnswer(activePerson(now));
    throw refusal('person.already');
  },
});
