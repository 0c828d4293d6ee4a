import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { settlementId, settlementKind, shownStatus } from './settlement.ts';
import { settlementOfLine, settlementsAfter, settlementsSource } from './settlements-views.ts';

/**
 * The settlements that concern the organisation acted for, by the day on which they were proposed. It may lag some
 * seconds.
 */
export const listSettlements = defineOperation({
  name: 'list-settlements',
  summary: 'The settlements that concern your organisation',
  kind: 'read',
  input: z.strictObject({ status: shownStatus.optional().describe('Only those that stand so'), ...pageInput }),
  output: pageOf(
    z.object({
      id: settlementId,
      kind: settlementKind,
      netting: z.string().optional(),
      proposedOn: z.iso.date(),
      pays: z.int().describe('What you pay by it, in pence (GBP)'),
      receives: z.int().describe('What you receive by it, in pence (GBP)'),
      status: shownStatus,
    }),
  ),
  example: { status: 'open', limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { status, limit, after }, organisation) {
    return await readPage({
      sources: [settlementsSource(context.table, organisation)],
      sortKey: ({ sk }) => sk,
      answer: ({ sk, ...line }) =>
        status === undefined || status === line.status ? { id: settlementOfLine({ sk }), ...line } : undefined,
      after: settlementsAfter(after),
      limit,
    });
  },
});
