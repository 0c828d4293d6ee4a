import * as z from 'zod';
import { daysOfYear, financialYear } from '../balance/financial-year.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { period, periodOf } from '../postings/period.ts';
import { side } from '../postings/side.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { statementStatuses } from './statement-states.ts';
import { statementFacts } from './statement.ts';
import { statementsAfter, statementsSource, type Periods } from './statements-views.ts';

const input = z.strictObject({
  side: side.describe('Those of what your organisation is owed, or of what it owes'),
  year: financialYear.optional(),
  period: period.optional().describe('Only of this month; not together with `year`'),
  status: z.enum(statementStatuses).optional().describe('Only those that stand so'),
  predecessor,
  ...pageInput,
});

/**
 * The statements of the organisation acted for on one side, by period. A view: a change of the last seconds may be missing.
 * Refuses with `request.invalid` a period and a year together.
 */
export const listStatements = defineOperation({
  name: 'list-statements',
  summary: 'The statements of what your organisation is owed, or owes',
  kind: 'read',
  input,
  output: pageOf(
    z.object({
      id: statementFacts.id,
      counterparty: z.string().describe('The other organisation'),
      period,
      number: statementFacts.number,
      kind: statementFacts.kind,
      issuedOn: statementFacts.issuedOn,
      dueOn: statementFacts.dueOn,
      gross: statementFacts.gross,
      status: z.enum(statementStatuses),
    }),
  ),
  example: { side: 'owed-to-us', year: '2027-28', limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, { limit, after, status, ...asked }, organisation) {
    return await readPage({
      sources: [statementsSource(table, organisation, asked.side, periodsOf(asked))],
      sortKey: ({ sk }) => sk,
      answer: ({ sk: _sk, statement, ...line }) =>
        status === undefined || status === line.status ? { id: statement, ...line } : undefined,
      after: statementsAfter(after),
      limit,
    });
  },
});

function periodsOf({ year, period: month }: { year?: string | undefined; period?: string | undefined }): Periods {
  if (month !== undefined) {
    if (year === undefined) return { from: month, to: month };
    const wrong = { field: 'period', message: 'Either a year or a month' };
    throw refusal('request.invalid', undefined, { fields: [wrong] });
  }
  if (year === undefined) return { from: '2000-01', to: '2099-12' };
  const { from, to } = daysOfYear(year);
  return { from: periodOf(from), to: periodOf(to) };
}
