import * as z from 'zod';

/** Days (ISO dates, Europe/London) from the first to the last, both of them in it. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A financial year, from 1 April to 31 March: the year in which it begins, and the last two digits of the one in which it ends. */
export const financialYear = z
  .string()
  .regex(/^20\d{2}-\d{2}$/, 'A financial year looks like 2027-28')
  .refine((year) => (Number(year.slice(2, 4)) + 1) % 100 === Number(year.slice(5)), 'The second year follows the first')
  .describe('A financial year, from April to March, such as `2027-28`');

/** The days of a financial year. */
export function daysOfYear(year: string): Period {
  const begins = Number(year.slice(0, 4));
  return { from: `${String(begins)}-04-01`, to: `${String(begins + 1)}-03-31` };
}

/** Whether a day lies in a period. */
export function isIn({ from, to }: Period, day: string): boolean {
  return from <= day && day <= to;
}
