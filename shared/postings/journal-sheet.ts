import { isAnswerable } from '../answered-file.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Organisation } from '../organisations/organisation.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import type { Booking } from './find-bookings.ts';
import { inPounds, journalLinesOf } from './journal.ts';
import { tooLargeJournal, type Journal, type JournalFact } from './read-journal.ts';

const columns = [
  'id',
  'date',
  'period',
  'entry',
  'side',
  'debitAccount',
  'creditAccount',
  'counterparty',
  'counterpartyName',
  'net',
  'vat',
  'gross',
  'vatTreatment',
  'costCentre',
  'reference',
  'purchaseOrder',
  'statement',
  'cohort',
  'title',
  'cohortName',
  'cohortFrom',
  'cohortTo',
  'reason',
  'reverses',
  'cause',
] as const;

/** What the lines of a journal tell beside their amounts. */
export interface Known {
  readonly cohorts: ReadonlyMap<string, Pick<Cohort, 'title' | 'name' | 'firstDay' | 'lastDay'>>;
  readonly organisations: ReadonlyMap<string, Pick<Organisation, 'name'>>;
  readonly bookingOf: (fact: JournalFact) => Booking;
}

/**
 * The journal of a month as a sheet, in pounds. A line has about 400 bytes, so 5,000 postings make two megabytes. Refuses with
 * `request.too-large` what no answer carries: 5,000 with names of the longest in several bytes a letter.
 */
export function journalSheet(
  { organisation, period, counterparty: only }: Journal,
  facts: readonly JournalFact[],
  { cohorts, organisations, bookingOf }: Known,
): string {
  const rows = facts.flatMap((fact) => {
    const { title, name, firstDay, lastDay } = cohorts.get(fact.cohort) ?? {};
    const told = {
      ...bookingOf(fact),
      cohort: fact.cohort,
      title,
      cohortName: name,
      cohortFrom: firstDay,
      cohortTo: lastDay,
    };
    return journalLinesOf(fact, organisation).map(({ debit, credit, counterparty, net, vat, ...line }) => ({
      id: fact.id,
      period,
      ...line,
      debitAccount: debit,
      creditAccount: credit,
      counterparty,
      counterpartyName: organisations.get(counterparty)?.name,
      net: inPounds(net),
      vat: inPounds(vat),
      gross: inPounds(net + vat),
      vatTreatment: fact.treatment,
      reason: fact.reason,
      reverses: fact.reverses,
      cause: fact.cause,
      ...told,
    }));
  });
  const sheet = writeSheet(columns, rows);
  if (isAnswerable(sheet)) return sheet;
  throw tooLargeJournal({ counterparty: only }, 'six megabytes');
}
