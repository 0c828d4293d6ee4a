import * as z from 'zod';
import { daysOfYear, financialYear, isIn } from '../balance/financial-year.ts';
import { findHostedCohorts } from '../cohorts/find-hosted-cohorts.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { findLedgers } from '../places/cohort-ledger.ts';
import { findHeldCohorts } from '../places/find-held-cohorts.ts';
import { cohortOf, firstDayOf, type Ledger } from '../places/ledger.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { findSavings } from './find-savings.ts';
import { savingSchema, savingsSumSchema } from './savings-answer.ts';
import { sumOfSavings, type Saving } from './savings.ts';

/** The most cohorts that are answered one by one; and of how many at the same time the cost is read. */
const mostListed = 500;
const cohortsAtOnce = 16;

const lineSchema = z.object({
  cohort: z.string(),
  host: z.string(),
  firstDay: z.iso.date(),
  status: z.enum(['forecast', 'posted']),
  ...savingSchema.shape,
});

/**
 * What sharing saved in a financial year, on the cohorts that begin in it, have a cost plan and are not cancelled: the
 * organisation acted for, by cohort and in all, and all organisations on the cohorts that it hosts. Cohorts for which
 * there is nothing to compare with are counted and left out of the sums.
 *
 * Which cohorts these are may lag some seconds behind a change. Where the cost of one is not shared out yet, as in the
 * seconds after its first plan, or there are more than 500 programmes, cohorts of one of
 * them, or cohorts in the year that it hosts or has places on, or 2,000 cohorts on which it ever had places, not all is counted
 * or shown, and that is told (`incomplete`).
 */
export const getYearSavings = defineOperation({
  name: 'get-year-savings',
  summary: 'What sharing saved in a financial year',
  kind: 'read',
  input: z.strictObject({ year: financialYear }),
  output: z.object({
    year: financialYear,
    from: z.iso.date().describe('The first day of the year'),
    to: z.iso.date().describe('Its last day; a cohort counts for the year in which it begins'),
    own: savingsSumSchema.describe('Of your organisation'),
    hosted: savingsSumSchema.describe('Of all organisations on the cohorts that you host'),
    cohorts: z.array(lineSchema).describe('Of your organisation, by cohort, the first to begin first'),
    incomplete: z.boolean().describe('Whether there was too much to count or show all of it'),
  }),
  example: { year: '2027-28' },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table }, { year }, organisation) {
    const period = daysOfYear(year);
    const [hosted, held] = await Promise.all([
      findHostedCohorts(table, organisation, period),
      findHeldCohorts(table, organisation, period),
    ]);
    const cohorts = [...new Set([...hosted.cohorts.map(({ id }) => id), ...held.cohorts])];
    const ledgers = (await findLedgers(table, cohorts)).filter((ledger) => counts(ledger, period));
    const found = await manyAtOnce(ledgers, cohortsAtOnce, async (ledger) => {
      return { ledger, savings: await findSavings(table, ledger, organisation) };
    });
    const shared = found.flatMap(({ ledger, savings }) => (typeof savings === 'string' ? [] : [{ ledger, savings }]));
    const isWaiting = found.some(({ savings }) => savings === 'not-shared');
    const lines = shared
      .filter(({ savings }) => savings.takesPart)
      .map(({ ledger, savings }) => lineOf(ledger, savings));
    lines.sort((one, other) => (one.firstDay + one.cohort < other.firstDay + other.cohort ? -1 : 1));
    const ofHost = shared.filter(({ ledger }) => ledger.host === organisation).map(({ savings }) => savings.all);
    return {
      year,
      ...period,
      own: sumOfSavings(lines),
      hosted: sumOfSavings(ofHost),
      cohorts: lines.slice(0, mostListed),
      incomplete: hosted.incomplete || held.incomplete || isWaiting || lines.length > mostListed,
    };
  },
});

function counts(ledger: Ledger, period: { readonly from: string; readonly to: string }): boolean {
  return ledger.status !== 'cancelled' && isIn(period, firstDayOf(ledger));
}

function lineOf(ledger: Ledger, { status, own }: { readonly status: 'forecast' | 'posted'; readonly own: Saving }) {
  return { cohort: cohortOf(ledger), host: ledger.host, firstDay: firstDayOf(ledger), status, ...own };
}
