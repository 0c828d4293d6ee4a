import * as z from 'zod';
import { dayOf } from '../clock.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { pence } from '../costs/pence.ts';
import type { Shares } from '../costs/shares.ts';
import { daysOfPeriod, openPeriodFor, period } from './period.ts';

/**
 * What one organisation will owe another for sessions that were held, and that was not posted at the end of a period. One
 * record is both entries and their reversal in the next period. It is in journals alone, and never in balances or statements.
 */
export const accrualSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  gsi1pk: z.string(),
  gsi1sk: z.string(),
  creditor: z.string(),
  debtor: z.string(),
  cohort: z.string(),
  period,
  /** Without VAT: that arises with the posting. */
  net: pence,
  /** How many of how many sessions were held by the end of the period. */
  sessions: z.object({ held: z.int(), of: z.int() }),
  /** When it was worked out. */
  at: z.iso.datetime(),
});
export type Accrual = z.infer<typeof accrualSchema>;
export type NewAccrual = Omit<Accrual, 'pk' | 'sk' | 'gsi1pk' | 'gsi1sk'>;

type Dated = { readonly sessions: readonly Pick<Cohort['sessions'][number], 'day'>[] };
type Shared = Pick<Shares, 'cohort' | 'host' | 'frozen' | 'closes' | 'shares'>;

/**
 * What is accrued of a cohort at the end of a period. A cost belongs to the periods in which its sessions are held, each session
 * alike: that is when the service is received, whenever it was planned or invoiced. So each partner's share is accrued in the
 * proportion of the sessions held by the end of the period, to the nearest penny (half a penny up), unless the shares were
 * posted in that period or before. Nothing is accrued for sessions to come: until they are held nobody owes for them.
 */
export function accrualsOf({ sessions }: Dated, shares: Shared, month: string, at: string): NewAccrual[] {
  const posted = postedIn(shares);
  if (posted !== undefined && posted <= month) return [];
  const { to } = daysOfPeriod(month);
  const [held, of] = [sessions.filter(({ day }) => day <= to).length, sessions.length];
  return shares.shares.flatMap(({ organisation: debtor, net: share }) => {
    const net = of === 0 ? 0 : Math.floor((2 * share * held + of) / (2 * of));
    if (debtor === shares.host || net <= 0) return [];
    return [{ creditor: shares.host, debtor, cohort: shares.cohort, period: month, net, sessions: { held, of }, at }];
  });
}

/** The period into which the shares of a cohort were posted first; undefined while they are a forecast. */
function postedIn({ frozen, closes }: Shared): string | undefined {
  if (frozen === undefined) return undefined;
  return openPeriodFor(dayOf(new Date(frozen.at)), closes.findLast(({ step }) => step <= 1)?.through);
}

/** How far what is accrued at a closing has come; written after each part, and to be gone on with from there. */
export const closingSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('CLOSING#'),
  period,
  /** How many parts are done. */
  parts: z.int(),
  isDone: z.boolean(),
  accruals: z.int(),
  net: z.int(),
  /** Whether there were more cohorts than are looked at. */
  incomplete: z.boolean(),
});
export type Closing = z.infer<typeof closingSchema>;
