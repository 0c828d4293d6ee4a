import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { readCostPlan } from './costs-items.ts';
import { pence } from './pence.ts';
import { sharedCost } from './shared-cost.ts';
import { readShares } from './shares-items.ts';
import { shareSchema, sharesWithHost } from './shares.ts';

/**
 * What each organisation bears of the cost of a cohort: until the freeze date as it is foreseen, from then on as it was
 * posted. The host sees every share, a partner its own. It follows what happened by some seconds; the host bears what is left
 * of the cost as it is at this moment.
 *
 * Refusals: `cost.not-found` while nothing was worked out, because there is no cost plan or the cohort is a draft.
 */
export const getShares = defineOperation({
  name: 'get-shares',
  summary: 'What each organisation bears of the cost of a cohort',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({
    cohort: z.string(),
    host: z.string(),
    status: z
      .enum(['forecast', 'posted'])
      .describe('Whether shares are foreseen, and may change with every place, or were posted and are owed'),
    freezesOn: z.iso.date().describe('The day (Europe/London) from which shares are posted'),
    shared: pence.describe('What there is to share, in pence; net of the VAT that the host adds'),
    shares: z.array(shareSchema).describe('In pence, that of the host last; below nought, it keeps what is over'),
  }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cost.not-found'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, { id: cohort, host }) {
    const { table } = context;
    const [plan, found] = await Promise.all([readCostPlan(table, cohort), readShares(table, cohort)]);
    if (plan === undefined || found === undefined) throw refusal('cost.not-found');
    const { status, freezesOn } = found;
    const { toShare: shared } = sharedCost(plan).counted;
    const shares = sharesWithHost(found, shared);
    const organisation = actingOrganisation(context);
    const seen = organisation === host ? shares : shares.filter((share) => share.organisation === organisation);
    return { cohort, host, status, freezesOn, shared, shares: seen };
  },
});
