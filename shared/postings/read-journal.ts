import { refusal } from '../errors.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import type { Accrual } from './accrual.ts';
import { readAccrualsBy, readAccrualsTo } from './accruals-items.ts';
import type { Entered } from './journal.ts';
import { daysOfPeriod, periodBefore } from './period.ts';
import type { Posting } from './posting.ts';
import { readOwedBy, readOwedTo, readPostings } from './postings-items.ts';

/** The most postings and accruals in one journal. */
const mostFacts = 5000;
/** So many pairs are read at the same time. */
const pairsAtOnce = 8;

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
 * own is read. Refuses with `request.too-large` above 5,000 of them, before any posting is read.
 */
export async function readJournal(table: Table, organisation: string, month: string): Promise<JournalFact[]> {
  const most = mostFacts + 1;
  const [toUs, byUs] = await Promise.all([
    readOwedTo(table, organisation, month, most),
    readOwedBy(table, organisation, month, most),
  ]);
  const pairs = [...toUs, ...byUs];
  refuseAbove(pairs.reduce((sum, { postings }) => sum + postings, 0));
  const [accrued, earlier] = await Promise.all([
    readAccruals(table, organisation, month),
    readAccruals(table, organisation, periodBefore(month)),
  ]);
  refuseAbove(pairs.reduce((sum, { postings }) => sum + postings, accrued.length + earlier.length));
  const posted = await manyAtOnce(pairs, pairsAtOnce, async ({ creditor, debtor }) => {
    return await readPostings(table, { creditor, debtor, period: month }, most);
  });
  const { from, to } = daysOfPeriod(month);
  return [
    ...posted.flat().map(factOfPosting),
    ...accrued.map((accrual) => ({ ...factOfAccrual(accrual), entry: 'accrual' as const, date: to })),
    ...earlier.map((accrual) => {
      const { id, net, ...fact } = factOfAccrual(accrual);
      return { ...fact, id: `${id}.reversal`, net: 0 - net, entry: 'accrual-reversal' as const, date: from };
    }),
  ];
}

async function readAccruals(table: Table, organisation: string, month: string): Promise<Accrual[]> {
  const most = mostFacts + 1;
  const [to, by] = await Promise.all([
    readAccrualsTo(table, organisation, month, most),
    readAccrualsBy(table, organisation, month, most),
  ]);
  return [...to, ...by];
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

function refuseAbove(facts: number): void {
  if (facts > mostFacts) {
    throw refusal('request.too-large', `This journal has more than ${String(mostFacts)} postings and accruals`);
  }
}
