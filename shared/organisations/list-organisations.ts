import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { organisationDetails, organisationId } from './organisation.ts';
import { directoryAfter, directorySource, organisationOfEntry } from './organisations-views.ts';

/** The directory of the organisations that have joined, by name. It may lag some seconds behind a joining. */
export const listOrganisations = defineOperation({
  name: 'list-organisations',
  summary: 'The directory of organisations, by name',
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(
    z.object({
      id: organisationId,
      name: organisationDetails.name,
      kind: organisationDetails.kind,
      succeededBy: z.string().optional().describe('The organisation that has succeeded it'),
    }),
  ),
  example: { limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }) {
    return await readPage({
      sources: [directorySource(context.table)],
      sortKey: ({ sk }) => sk,
      answer: (entry) => {
        const { name, kind, succeededBy } = entry;
        const succeeded = succeededBy === undefined ? {} : { succeededBy };
        return { id: organisationOfEntry(entry), name, kind, ...succeeded };
      },
      after: directoryAfter(after),
      limit,
    });
  },
});
