import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import * as z from 'zod';
import { memberAnswer, memberAnswerSchema } from './member.ts';
import { membersSource } from './members-items.ts';

/** The members of the organisation acted for, with their names and e-mail addresses: for its administrators alone. */
export const listMembers = defineOperation({
  name: 'list-members',
  summary: 'The members of your organisation',
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(memberAnswerSchema),
  example: { limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }, organisation) {
    return await readPage({
      sources: [membersSource(context.table, organisation)],
      sortKey: ({ sk }) => sk,
      answer: (member) => (member.status === 'active' ? memberAnswer(member) : undefined),
      after: sortKeyAfter(after, /^MEMBER#mem_[0-9a-z]+$/),
      limit,
    });
  },
});
