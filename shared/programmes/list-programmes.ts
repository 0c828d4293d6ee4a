import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { programmeDetails, programmeId } from './programme.ts';
import { programmeOfLine, programmesAfter, programmeSources } from './programmes-views.ts';

/**
 * The programmes that the organisation acted for can see: its own, drafts too, and what others publish to all or share
 * with it by name. By id. It may lag some seconds behind a change.
 */
export const listProgrammes = defineOperation({
  name: 'list-programmes',
  summary: 'The programmes that your organisation can see',
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(
    z.object({
      id: programmeId,
      host: z.string(),
      title: programmeDetails.title,
      audience: programmeDetails.audience,
      skills: programmeDetails.skills,
      status: z.enum(['draft', 'published']),
    }),
  ),
  example: { limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }, organisation) {
    return await readPage({
      sources: programmeSources(context.table, organisation),
      sortKey: ({ sk }) => sk,
      answer: ({ sk, ...line }) => ({ id: programmeOfLine({ sk }), ...line }),
      after: programmesAfter(after),
      limit,
    });
  },
});
