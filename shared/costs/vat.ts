import * as z from 'zod';

/**
 * How VAT is treated between a supplier and a customer. Finance chooses it; it is never inferred. While it is to be
 * confirmed nothing is added, and what is settled later is posted as a difference.
 */
export const vatTreatments = ['outside-scope', 'exempt', 'standard', 'reduced', 'to-be-confirmed'] as const;
export const vatTreatment = z.enum(vatTreatments);
export type VatTreatment = z.infer<typeof vatTreatment>;

/**
 * Rates in per cent, each from its day on (VAT Act 1994 s 2 and s 29A; 20 per cent since 4 January 2011, Finance (No. 2) Act 2010
 * s 3; the reduced rate since 1 September 1997). A new rate is a new line.
 */
const rates: Readonly<Record<'standard' | 'reduced', readonly { readonly from: string; readonly percent: number }[]>> =
  {
    standard: [{ from: '2011-01-04', percent: 20 }],
    reduced: [{ from: '1997-09-01', percent: 5 }],
  };

/** The rate of VAT in per cent under a treatment on a day (ISO date). Throws for a day before the first known rate. */
export function vatPercent(treatment: VatTreatment, day: string): number {
  if (treatment !== 'standard' && treatment !== 'reduced') return 0;
  const rate = rates[treatment].findLast(({ from }) => from <= day);
  if (rate === undefined) throw new Error(`No rate of VAT is known for ${day}`);
  return rate.percent;
}

/** The VAT on a net amount in pence, to the nearest penny, half a penny away from nought, so that a reversal is its exact opposite. */
export function vatOn(net: number, treatment: VatTreatment, day: string): number {
  const hundredfold = Math.abs(net) * vatPercent(treatment, day);
  return Math.sign(net) * Math.floor((hundredfold + 50) / 100) || 0;
}
