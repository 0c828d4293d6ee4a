import * as z from 'zod';
import { dayAfter } from '../clock.ts';

/** A period of accounts: a month, such as `2027-09`. A financial year has those from April to March. */
export const period = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'A period is a month, such as 2027-09')
  .describe('A month, such as `2027-09`');

/** The period that a day (ISO date) lies in. */
export function periodOf(day: string): string {
  return day.slice(0, 7);
}

/** The period that follows another. */
export function periodAfter(month: string): string {
  const next = new Date(`${month}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString().slice(0, 7);
}

/** The period that comes before another. */
export function periodBefore(month: string): string {
  const last = new Date(`${month}-01T00:00:00Z`);
  last.setUTCMonth(last.getUTCMonth() - 1);
  return last.toISOString().slice(0, 7);
}

/** The first and the last day (ISO dates) of a period. */
export function daysOfPeriod(month: string): { readonly from: string; readonly to: string } {
  return { from: `${month}-01`, to: dayAfter(`${periodAfter(month)}-01`, -1) };
}

/** The periods from one to another, both of them in it. */
export function periodsBetween(from: string, to: string): string[] {
  const periods: string[] = [];
  for (let month = from; month <= to; month = periodAfter(month)) periods.push(month);
  return periods;
}

/** The period into which something of a day is posted when all up to `closedThrough` are closed: its own, or the first that is open. */
export function openPeriodFor(day: string, closedThrough: string | undefined): string {
  const own = periodOf(day);
  return closedThrough === undefined || own > closedThrough ? own : periodAfter(closedThrough);
}
