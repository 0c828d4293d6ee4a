import * as z from 'zod';
import { findHostedCohorts } from '../cohorts/find-hosted-cohorts.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { findLedgers } from '../places/cohort-ledger.ts';
import { findHeldCohorts } from '../places/find-held-cohorts.ts';
import { balancesOf } from './balance.ts';
import { daysOfYear, financialYear } from './financial-year.ts';

/** The most other organisations in one answer. */
const mostPartners = 500;

const counts = {
  given: z.int().describe('Places on your cohorts that they have'),
  taken: z.int().describe('Places on their cohorts that you have'),
  net: z.int().describe('Given less taken: above nought, you give more than you take'),
};

/**
 * The places that the organisation acted for has given to each other one, and taken from it, in a financial year: those that
 * are confirmed at this moment (held ones too) on cohorts that begin in it and are not cancelled. Only pairs that it is one of
 * are shown. It is worked out from the ledgers of those cohorts; which they are may lag some seconds behind a change. Where
 * there are more than 500 programmes, cohorts of one of them, cohorts in the year or other organisations, or 2,000 cohorts on
 * which it ever had places, not all is counted or shown, and that is told (`incomplete`).
 */
export const getBalance = defineOperation({
  name: 'get-balance',
  summary: 'Places given to other organisations and taken from them, in a financial year',
  kind: 'read',
  input: z.strictObject({ year: financialYear }),
  output: z.object({
    year: financialYear,
    from: z.iso.date().describe('The first day of the year'),
    to: z.iso.date().describe('Its last day; a place counts for the year in which its cohort begins'),
    ...counts,
    partners: z
      .array(z.object({ organisation: z.string(), ...counts }))
      .describe('One by one, those with whom most was shared first'),
    incomplete: z.boolean().describe('Whether there was too much to count all of it'),
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
    const cohorts = new Set([...hosted.cohorts.map(({ id }) => id), ...held.cohorts]);
    const balances = balancesOf(organisation, await findLedgers(table, [...cohorts]), period);
    const sum = (of: 'given' | 'taken') => balances.reduce((total, balance) => total + balance[of], 0);
    const partners = balances.map((balance) => ({ ...balance, net: balance.given - balance.taken }));
    return {
      year,
      ...period,
      given: sum('given'),
      taken: sum('taken'),
      net: sum('given') - sum('taken'),
      partners: partners.slice(0, mostPartners),
      incomplete: hosted.incomplete || held.incomplete || partners.length > mostPartners,
    };
  },
});
