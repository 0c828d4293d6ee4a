import type { VatTreatment } from '../costs/vat.ts';
import type { Posting } from '../postings/posting.ts';
import type { StatementStatus } from './statement-states.ts';

/** By which schemes organisations are known elsewhere. */
export const schemes = {
  ods: 'ODS code',
  gss: 'GSS code',
  'companies-house': 'Companies House number',
  'mutuals-register': 'Mutuals Register number',
  local: 'Reference',
} as const;

/** How a statement stands. */
export const statuses: Readonly<Record<StatementStatus, string>> = {
  issued: 'Issued, not agreed yet',
  disputed: 'Disputed, waiting for the answer of the issuer',
  answered: 'Dispute answered, not agreed yet',
  agreed: 'Agreed',
  settled: 'Settled',
};

/** Why there is a line. */
export const reasons: Readonly<Record<Posting['reason'], string>> = {
  share: 'Share of the cost',
  'places-changed': 'Places came or went',
  'costs-changed': 'The cost changed',
  'vat-settled': 'VAT was settled',
  reversal: 'Reversal',
  adjustment: 'What stays owed of a line that was wrong in part',
};

/** How VAT is treated. */
export const treatments: Readonly<Record<VatTreatment, string>> = {
  'outside-scope': 'Outside the scope of VAT',
  exempt: 'Exempt',
  standard: 'Standard rate',
  reduced: 'Reduced rate',
  'to-be-confirmed': 'To be confirmed; nothing is added until then',
};

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** Pence as pounds; with a real minus sign, which is read out as one. */
export function inPounds(pence: number): string {
  return pounds.format(pence / 100).replace('-', '\u2212');
}

const numbers = new Intl.NumberFormat('en-GB');

/** A number with its thousands set apart. */
export function inNumber(count: number): string {
  return numbers.format(count);
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const months = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A day (ISO date), as it is written out. */
export function dayInWords(day: string): string {
  return days.format(new Date(`${day}T00:00:00Z`));
}

/** A period, as finance staff write it. */
export function monthInWords(period: string): string {
  return months.format(new Date(`${period}-01T00:00:00Z`));
}
