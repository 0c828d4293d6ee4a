import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { defineOperation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { organisationId } from '../organisations/organisation.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { findBookings } from './find-bookings.ts';
import { journalSheet } from './journal-sheet.ts';
import { period } from './period.ts';
import { readJournal } from './read-journal.ts';

/**
 * The journal of a month for a finance system, as a sheet: what the organisation acted for is owed and what it owes, and what was
 * accrued at the end of the month or is taken back of what was at the end of the one before; with one counterparty, or with all. A
 * line is an amount in pounds from one account to another, never below nought; `id` names it, so that what was taken in
 * before is known again. Each has one cost centre or none: of what is owed to it, as the cost plan says; of what it owes, as it
 * has set for the cohort itself (set-purchase-order). `statement` is the number of the invoice or credit note once that is issued,
 * and `cohortFrom` and `cohortTo` are the days over which the cohort runs. It is complete once those who are owed have closed the month.
 *
 * Refuses with `request.too-large` above 5,000 postings and accruals, or six megabytes.
 */
export const exportJournal = defineOperation({
  name: 'export-journal',
  summary: 'The journal of a month, for a finance system: what you are owed and what you owe',
  kind: 'read',
  input: z.strictObject({
    period,
    counterparty: organisationId
      .optional()
      .describe('Only what is between you and this organisation: for journals that are too large otherwise'),
    predecessor,
  }),
  output: answeredFileSchema,
  example: { period: '2027-09' },
  refusals: ['request.too-large'],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, { period: month, counterparty }, organisation) {
    const journal = { organisation, period: month, counterparty };
    const facts = await readJournal(table, journal);
    const [cohorts, organisations, bookingOf] = await Promise.all([
      findCohorts(
        table,
        facts.map(({ cohort }) => cohort),
      ),
      findOrganisations(
        table,
        facts.flatMap(({ creditor, debtor }) => [creditor, debtor]),
      ),
      findBookings(table, journal, facts),
    ]);
    const name = ['journal', organisation, month, counterparty ?? []].flat().join('-');
    return { name: `${name}.csv`, content: journalSheet(journal, facts, { cohorts, organisations, bookingOf }) };
  },
});
