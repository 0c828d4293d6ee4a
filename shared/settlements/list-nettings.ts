import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { nettingId, nettingStatus } from './netting.ts';
import { nettingOfLine, nettingsAfter, nettingsSource } from './nettings-views.ts';

/**
 * The netting agreements that the organisation acted for is or was a member of, or is asked to accept; by id. It may
 * lag some seconds.
 */
export const listNettings = defineOperation({
  name: 'list-nettings',
  summary: 'The netting agreements of your organisation',
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(
    z.object({
      id: nettingId,
      proposer: z.string(),
      members: z.int().describe('How many they are'),
      accepted: z.int().describe('How many of them have accepted'),
      status: nettingStatus,
    }),
  ),
  example: { limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }, organisation) {
    return await readPage({
      sources: [nettingsSource(context.table, organisation)],
      sortKey: ({ sk }) => sk,
      answer: ({ sk, ...line }) => ({ id: nettingOfLine({ sk }), ...line }),
      after: nettingsAfter(after),
      limit,
    });
  },
});
