import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { bands, staffGroups } from '../programmes/programme.ts';
import { peopleSource } from './people-items.ts';
import { personAnswer, personAnswerSchema, withoutAccessNeeds, type ActivePerson } from './person.ts';

const filters = {
  staffGroup: z.enum(staffGroups).optional().describe('Only those of this group of staff'),
  band: z.enum(bands).optional().describe('Only those of this band'),
  managesPeople: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only those who manage people, or only those who do not'),
};
type Filters = z.infer<z.ZodObject<typeof filters>>;

/**
 * The people whom the organisation acted for has on record, by id, without what they need to take part. With filters a
 * page may be short, or empty, and still have a `next`.
 */
export const listPeople = defineOperation({
  name: 'list-people',
  summary: 'The people of your organisation',
  kind: 'read',
  input: z.strictObject({ ...filters, ...pageInput }),
  output: pageOf(personAnswerSchema.omit({ accessNeeds: true })),
  example: { band: '8a', managesPeople: 'true', limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table }, { limit, after, ...wanted }, organisation) {
    return await readPage({
      sources: [peopleSource(table, organisation)],
      sortKey: ({ sk }) => sk,
      answer: (person) =>
        person.status === 'active' && isWanted(person, wanted) ? withoutAccessNeeds(personAnswer(person)) : undefined,
      after: sortKeyAfter(after, /^PERSON#per_[0-9a-z]{16}$/),
      limit,
    });
  },
});

function isWanted(person: ActivePerson, { staffGroup, band, managesPeople }: Filters): boolean {
  return (
    (staffGroup === undefined || person.staffGroup === staffGroup) &&
    (band === undefined || person.band === band) &&
    (managesPeople === undefined || person.managesPeople === (managesPeople === 'true'))
  );
}
