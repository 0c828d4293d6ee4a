import type { Clock } from '../clock.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { findHostedCohorts } from '../cohorts/find-hosted-cohorts.ts';
import { findShares } from '../costs/find-shares.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { accrualsOf, type Closing, type NewAccrual } from './accrual.ts';
import { putAccrual, putClosing, readClosing } from './accruals-items.ts';
import { daysOfPeriod, periodBefore } from './period.ts';

/** Cohorts that began longer ago are not looked at: so many parts of so many months. */
const mostParts = 4;
const monthsOfPart = 6;
/** So many cohorts, or accruals, are dealt with at the same time. */
const atOnce = 8;
/** No part is begun later than that (milliseconds): one request waits for no more than 29 seconds. */
const longest = 15_000;

type Recorded = Omit<Closing, 'pk' | 'sk'>;

/**
 * Records what an organisation accrues at the end of a period that it has closed, cohort by cohort: those that began in the two
 * years up to its end, half a year at once and at most 500 of each. It goes on from where it stopped; what was recorded before
 * stays as it was, so it may be done again at any time and by several at once. `isDone` says whether that was all of it.
 */
export async function recordAccruals(
  table: Table,
  clock: Clock,
  organisation: string,
  month: string,
): Promise<Recorded> {
  const until = clock.now().getTime() + longest;
  const none = { period: month, parts: 0, isDone: false, accruals: 0, net: 0, incomplete: false };
  let so: Recorded = (await readClosing(table, organisation, month)) ?? none;
  while (!so.isDone && clock.now().getTime() <= until) {
    const hosted = await findHostedCohorts(table, organisation, firstDaysOfPart(month, so.parts));
    const ids = hosted.cohorts.map(({ id }) => id);
    const accruals = await accrualsFor(table, ids, month, clock.now().toISOString());
    await manyAtOnce(accruals, atOnce, async (accrual) => await putAccrual(table, accrual));
    const parts = so.parts + 1;
    so = {
      period: month,
      parts,
      isDone: parts === mostParts,
      accruals: so.accruals + accruals.length,
      net: accruals.reduce((sum, { net }) => sum + net, so.net),
      incomplete: so.incomplete || hosted.incomplete,
    };
    await putClosing(table, organisation, so);
  }
  return so;
}

async function accrualsFor(table: Table, ids: readonly string[], month: string, at: string): Promise<NewAccrual[]> {
  const cohorts = await findCohorts(table, ids);
  const found = await manyAtOnce([...cohorts.values()], atOnce, async (cohort) => {
    const shares = await findShares(table, cohort.id);
    return shares === undefined ? [] : accrualsOf(cohort, shares, month, at);
  });
  return found.flat();
}

/** The first days of the cohorts that a part is about: the last half a year of the period first. */
function firstDaysOfPart(month: string, part: number): { readonly from: string; readonly to: string } {
  const [last, first] = [monthsBefore(month, part * monthsOfPart), monthsBefore(month, (part + 1) * monthsOfPart - 1)];
  return { from: daysOfPeriod(first).from, to: daysOfPeriod(last).to };
}

function monthsBefore(month: string, months: number): string {
  return months === 0 ? month : monthsBefore(periodBefore(month), months - 1);
}
