import type { Posting } from './posting.ts';

/** What stands on a line of a journal: a posting, a reversal, what stays owed of what was reversed; or what was accrued at the end of a month and taken back in the next. */
type JournalEntry = 'posting' | 'reversal' | 'adjustment' | 'accrual' | 'accrual-reversal';

/** A line of an organisation's journal: one amount from one account to another. Amounts in pence, never below nought. */
export interface JournalLine {
  readonly date: string;
  readonly entry: JournalEntry;
  readonly side: 'receivable' | 'payable';
  readonly debit: string;
  readonly credit: string;
  readonly counterparty: string;
  readonly net: number;
  readonly vat: number;
}

/** Accounts as finance systems know them in words; which of its own each is, an organisation maps once. */
const accounts = {
  receivable: {
    posting: { debit: 'Receivables from other organisations', credit: 'Recharges of shared programme costs' },
    accrual: { debit: 'Accrued income', credit: 'Recharges of shared programme costs' },
  },
  payable: {
    posting: { debit: 'Shared programme costs', credit: 'Payables to other organisations' },
    accrual: { debit: 'Shared programme costs', credit: 'Accrued expenses' },
  },
} as const;

/** What is owed by one organisation to another, of which a journal has a line. */
export type Entered = Pick<Posting, 'creditor' | 'debtor' | 'net' | 'vat'> & {
  readonly entry: JournalEntry;
  readonly date: string;
};

/**
 * The lines of an organisation's journal for an amount that it is owed or owes: usually one. What takes back an amount has
 * debit and credit the other way round, so that no amount is below nought: finance systems refuse those, and a spreadsheet
 * takes them for formulas. Where net and VAT go in different directions each has a line of its own.
 */
export function journalLinesOf(entered: Entered, organisation: string): JournalLine[] {
  const { net, vat } = entered;
  const parts =
    net * vat < 0
      ? [
          { net, vat: 0 },
          { net: 0, vat },
        ]
      : [{ net, vat }];
  return parts.filter((part) => part.net !== 0 || part.vat !== 0).map((part) => lineOf(entered, organisation, part));
}

function lineOf(
  { creditor, debtor, entry, date }: Entered,
  organisation: string,
  { net, vat }: { readonly net: number; readonly vat: number },
): JournalLine {
  const side = creditor === organisation ? 'receivable' : 'payable';
  const { debit, credit } = accounts[side][entry.startsWith('accrual') ? 'accrual' : 'posting'];
  const isBack = net + vat < 0;
  return {
    date,
    entry,
    side,
    debit: isBack ? credit : debit,
    credit: isBack ? debit : credit,
    counterparty: side === 'receivable' ? debtor : creditor,
    net: Math.abs(net),
    vat: Math.abs(vat),
  };
}

/** An amount in pence, nought or more, in pounds as finance systems read it: `2918.34`. */
export function inPounds(pence: number): string {
  return `${String(Math.floor(pence / 100))}.${String(pence % 100).padStart(2, '0')}`;
}
