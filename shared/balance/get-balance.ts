import * as z from 'zod';
import { findHostedCohorts } from '../cohorts/find-hosted-cohorts.ts';
import { defineOperation, mayPerform, ownOrganisation } from '../operation.ts';
import { findLedgers } from '../places/cohort-ledger.ts';
import { findHeldCohorts } from '../places/find-held-cohorts.ts';
import { findOwed, type OwedBetween } from '../postings/find-owed.ts';
import { periodOf } from '../postings/period.ts';
import { balancesOf, type Balance } from './balance.ts';
import { daysOfYear, financialYear } from './financial-year.ts';

/** The most other organisations in one answer. */
const mostPartners = 500;

const counts = {
  given: z.int().describe('Places on your cohorts that they have'),
  taken: z.int().describe('Places on their cohorts that you have'),
  net: z.int().describe('Given less taken: above nought, you give more than you take'),
};

const amount = z.object({
  net: z.int().describe('Pence (GBP)'),
  gross: z.int().describe('With VAT'),
});
const amounts = {
  chargedByUs: amount
    .optional()
    .describe('What was posted in the year that they owe you, paid or not; for finance alone'),
  chargedToUs: amount
    .optional()
    .describe('What was posted in the year that you owe them, paid or not; for finance alone'),
};

/**
 * The places that the organisation acted for has given to each other one, and taken from it, in a financial year: those that
 * are confirmed at this moment (held ones too) on cohorts that begin in it and are not cancelled. Only pairs that it is one of
 * are shown. It is worked out from the ledgers of those cohorts; which they are may lag some seconds behind a change. Where
 * there are more than 500 programmes, cohorts of one of them, cohorts in the year or other organisations, or 2,000 cohorts on
 * which it ever had places, not all is counted or shown, and that is told (`incomplete`).
 *
 * Who may see postings is shown beside the places what each charged the other in pence, by what was posted into the months of
 * the year: for finance alone.
 */
export const getBalance = defineOperation({
  name: 'get-balance',
  summary: 'Places given to others and taken from them in a financial year, and what is owed',
  kind: 'read',
  input: z.strictObject({ year: financialYear }),
  output: z.object({
    year: financialYear,
    from: z.iso.date().describe('The first day of the year'),
    to: z.iso.date().describe('Its last day; a place counts for the year in which its cohort begins'),
    ...counts,
    ...amounts,
    partners: z
      .array(z.object({ organisation: z.string(), ...counts, ...amounts }))
      .describe('One by one, those with whom most was shared first'),
    incomplete: z.boolean().describe('Whether there was too much to count all of it'),
  }),
  example: { year: '2027-28' },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table, actor }, { year }, organisation) {
    const period = daysOfYear(year);
    const seesMoney = mayPerform('list-postings', actor);
    const [hosted, held, money] = await Promise.all([
      findHostedCohorts(table, organisation, period),
      findHeldCohorts(table, organisation, period),
      seesMoney ? findOwed(table, organisation, { from: periodOf(period.from), to: periodOf(period.to) }) : undefined,
    ]);
    const cohorts = new Set([...hosted.cohorts.map(({ id }) => id), ...held.cohorts]);
    const balances = balancesOf(organisation, await findLedgers(table, [...cohorts]), period);
    const sum = (of: 'given' | 'taken') => balances.reduce((total, balance) => total + balance[of], 0);
    const partners = partnersOf(balances, money?.owed);
    return {
      year,
      ...period,
      given: sum('given'),
      taken: sum('taken'),
      net: sum('given') - sum('taken'),
      ...(money === undefined ? {} : sumsOf(money.owed)),
      partners: partners.slice(0, mostPartners),
      incomplete: hosted.incomplete || held.incomplete || money?.incomplete === true || partners.length > mostPartners,
    };
  },
});

/** Those with whom places were shared, and then those with whom only money is owed; with the amounts where they are shown. */
function partnersOf(balances: readonly Balance[], money: readonly OwedBetween[] | undefined) {
  const owed = new Map(money?.map((one) => [one.organisation, one]));
  const sharers = new Set(balances.map(({ organisation }) => organisation));
  const others = [...owed.keys()].filter((organisation) => !sharers.has(organisation));
  const all = [...balances, ...others.map((organisation) => ({ organisation, given: 0, taken: 0 }))];
  return all.map((balance) => {
    const { chargedByUs = nothing, chargedToUs = nothing } = owed.get(balance.organisation) ?? {};
    const net = balance.given - balance.taken;
    return { ...balance, net, ...(money === undefined ? {} : { chargedByUs, chargedToUs }) };
  });
}

const nothing = { net: 0, gross: 0 };

function sumsOf(owed: readonly OwedBetween[]) {
  const sum = (of: 'chargedByUs' | 'chargedToUs') => ({
    net: owed.reduce((total, one) => total + one[of].net, 0),
    gross: owed.reduce((total, one) => total + one[of].gross, 0),
  });
  return { chargedByUs: sum('chargedByUs'), chargedToUs: sum('chargedToUs') };
}
