import { refusal, type AppError } from '../errors.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import type { Accrual } from './accrual.ts';
import { readAccrualsBetween, readAccrualsBy, readAccrualsTo } from './accruals-items.ts';
import type { Entered } from './journal.ts';
import { daysOfPeriod, periodBefore } from './period.ts';
import type { Owed, Posting } from './posting.ts';
import { readOwed, readOwedBy, readOwedTo, readPostings } from './postings-items.ts';
import { partiesOf } from './side.ts';

/** The most postings and accruals in one journal. */
const mostFacts = 5000;
/** So many are read: one more shows that there are more. */
const most = mostFacts + 1;
/** So many pairs are read at the same time. */
const pairsAtOnce = 8;

/** Whose journal it is, of which month, and, where it is narrowed to one, with which other organisation. */
export interface Journal {
  readonly organisation: string;
  readonly period: string;
  readonly counterparty?: string | undefined;
}

/** A posting or an accrual as it goes into a journal. */
export interface JournalFact extends Entered {
  readonly id: string;
  readonly cohort: string;
  readonly treatment?: Posting['treatment'];
  readonly reason?: string;
  readonly reverses?: string | undefined;
  readonly cause: string;
}

/**
 * What goes into the journal of an organisation for a period: postings that it is owed and that it owes, by counterparty; then what
 * was accrued at the end of the period; then what is taken back of what was accrued at the end of the one before. Only its
 * own is read and, with a counterparty, only what is between the two. Refuses with `request.too-large` above 5,000 of them, before any
 * posting is read.
 */
export async function readJournal(table: Table, journal: Journal): Promise<JournalFact[]> {
  const month = journal.period;
  const pairs = await readPairs(table, journal);
  const posted = pairs.reduce((sum, { postings }) => sum + postings, 0);
  refuseAbove(journal, posted);
  const [accrued, earlier] = await Promise.all([
    readAccruals(table, journal),
    readAccruals(table, { ...journal, period: periodBefore(month) }),
  ]);
  refuseAbove(journal, posted + accrued.length + earlier.length);
  const postings = await manyAtOnce(pairs, pairsAtOnce, async ({ creditor, debtor }) => {
    return await readPostings(table, { creditor, debtor, period: month }, most);
  });
  const { from, to } = daysOfPeriod(month);
  return [
    ...postings.flat().map(factOfPosting),
    ...accrued.map((accrual) => ({ ...factOfAccrual(accrual), entry: 'accrual' as const, date: to })),
    ...earlier.map((accrual) => {
      const { id, net, ...fact } = factOfAccrual(accrual);
      return { ...fact, id: `${id}.reversal`, net: 0 - net, entry: 'accrual-reversal' as const, date: from };
    }),
  ];
}

/** What is owed to the organisation, and then what it owes, pair by pair. */
async function readPairs(table: Table, { organisation, period, counterparty }: Journal): Promise<Owed[]> {
  if (counterparty === undefined) {
    const [toUs, byUs] = await Promise.all([
      readOwedTo(table, organisation, period, most),
      readOwedBy(table, organisation, period, most),
    ]);
    return [...toUs, ...byUs];
  }
  const [toUs, byUs] = await Promise.all(
    bothSides(organisation, counterparty).map(async (parties) => await readOwed(table, { ...parties, period })),
  );
  return [toUs ?? [], byUs ?? []].flat();
}

async function readAccruals(table: Table, { organisation, period, counterparty }: Journal): Promise<Accrual[]> {
  const read =
    counterparty === undefined
      ? [readAccrualsTo(table, organisation, period, most), readAccrualsBy(table, organisation, period, most)]
      : bothSides(organisation, counterparty).map(
          async (parties) => await readAccrualsBetween(table, { ...parties, period }, most),
        );
  return (await Promise.all(read)).flat();
}

function bothSides(organisation: string, counterparty: string) {
  return [partiesOf('owed-to-us', organisation, counterparty), partiesOf('owed-by-us', organisation, counterparty)];
}

function factOfPosting(posting: Posting): JournalFact {
  const { id, creditor, debtor, cohort, net, vat, treatment, effectiveOn: date, reason, reverses, cause } = posting;
  const entry = reason === 'reversal' || reason === 'adjustment' ? reason : 'posting';
  return { id, entry, date, creditor, debtor, cohort, net, vat, treatment, reason, reverses, cause };
}

function factOfAccrual({ creditor, debtor, cohort, period: month, net, sessions }: Accrual) {
  const cause = `${String(sessions.held)} of ${String(sessions.of)} sessions held by the end of ${month}`;
  return { id: `accrual.${month}.${cohort}.${debtor}`, creditor, debtor, cohort, net, vat: 0, cause };
}

function refuseAbove(journal: Journal, facts: number): void {
  if (facts > mostFacts) throw tooLargeJournal(journal, `${String(mostFacts)} postings and accruals`);
}

/** The refusal of a journal that has more in it than goes into one: it says how to come by all of it nevertheless. */
export function tooLargeJournal({ counterparty }: Pick<Journal, 'counterparty'>, bound: string): AppError {
  const words =
    counterparty === undefined
      ? `This journal has more than ${bound}: ask for it one counterparty at a time`
      : `The journal with this counterparty has more than ${bound}: list its postings instead, page by page`;
  return refusal('request.too-large', words);
}
