import * as z from 'zod';
import { daysOfYear, financialYear } from '../balance/financial-year.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { organisationId } from '../organisations/organisation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { period, periodOf } from './period.ts';
import { answerPostings, postingAnswerSchema } from './posting-answer.ts';
import { readPostingsBetween } from './postings-items.ts';
import { partiesOf, side } from './side.ts';

const input = z.strictObject({
  counterparty: organisationId.describe('The other organisation'),
  side,
  period: period.optional().describe('A month, such as `2027-09`; or else a year'),
  year: financialYear.optional(),
  predecessor,
  ...pageInput,
});
type Input = z.infer<typeof input>;

/**
 * What one organisation owes the organisation acted for, or is owed by it, posting by posting, in a month or a financial
 * year: by the month into which it was posted, then in the order of ids. A pair sees its own postings alone, as they are at
 * this moment.
 *
 * Refuses with `request.invalid` unless it is given either a month or a year.
 */
export const listPostings = defineOperation({
  name: 'list-postings',
  summary: 'What another organisation owes you, or you owe it, posting by posting',
  kind: 'read',
  input,
  output: pageOf(postingAnswerSchema),
  example: { counterparty: 'org_abcdefg', side: 'owed-to-us', period: '2027-09' },
  refusals: [],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, given, organisation) {
    const { from, to } = periodsOf(given);
    const pair = { ...partiesOf(given.side, organisation, given.counterparty), from, to };
    const page = await readPage({
      sources: [async (after, wanted) => await readPostingsBetween(table, pair, wanted, after)],
      sortKey: ({ sk }) => sk,
      answer: (posting) => posting,
      after: sortKeyAfter(given.after, /^20\d{2}-(0[1-9]|1[0-2])#pst_[0-9a-z]{16}$/),
      limit: given.limit,
    });
    return { ...page, items: await answerPostings(table, page.items) };
  },
});

/** The first and the last period that are asked for. */
function periodsOf({ period: month, year }: Input): { readonly from: string; readonly to: string } {
  if (month !== undefined && year === undefined) return { from: month, to: month };
  if (month === undefined && year !== undefined) {
    const { from, to } = daysOfYear(year);
    return { from: periodOf(from), to: periodOf(to) };
  }
  const message = 'Give either a month or a financial year';
  throw refusal('request.invalid', undefined, { fields: [{ field: 'period', message }] });
}
