import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { closedMonths, closedMonthsAfter } from '../postings/closed-months.ts';
import { period } from '../postings/period.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { findIssued } from './find-issued.ts';
import { idOfStatement } from './statement.ts';

const amount = z.int().describe('Pence (GBP)');
/** Before any month that there can be. */
const earliest = '2000-01';

/**
 * What the organisation acted for is owed for months that it has closed, and has not stated yet: by month, then by debtor. A
 * statement of the last second may be missing, and what it states be listed still. A page may be short, even empty, and
 * still have a `next`: what is stated is passed over.
 */
export const listStatementsToIssue = defineOperation({
  name: 'list-statements-to-issue',
  summary: 'Which debtors and closed months your organisation has not stated yet',
  kind: 'read',
  input: z.strictObject({
    from: period.optional().describe('From this month on; without it, of all that are closed'),
    predecessor,
    ...pageInput,
  }),
  output: pageOf(
    z.object({
      debtor: z.string().describe('Who owes it'),
      period,
      lines: z.int().describe('How many lines it will have'),
      net: amount,
      vat: amount,
      gross: amount.describe('Pence (GBP); below nought it will be a credit note'),
    }),
  ),
  example: { from: '2027-04' },
  refusals: [],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, { from = earliest, after, limit }, creditor) {
    const months = closedMonths(table, creditor, from);
    const idOf = (month: { readonly debtor: string; readonly period: string }) => idOfStatement({ ...month, creditor });
    return await readPage({
      sources: [
        async (position, wanted) => {
          const rows = await months(position, wanted);
          const issued = await findIssued(table, rows.map(idOf));
          return rows.map((row) => ({ ...row, isIssued: issued.has(idOf(row)) }));
        },
      ],
      sortKey: ({ sk }) => sk,
      answer: ({ isIssued, debtor, period: month, postings: lines, net, vat }) =>
        isIssued ? undefined : { debtor, period: month, lines, net, vat, gross: net + vat },
      after: closedMonthsAfter(after),
      limit,
    });
  },
});
