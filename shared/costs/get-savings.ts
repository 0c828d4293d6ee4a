import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { findSavings } from './find-savings.ts';
import { savingSchema } from './savings-answer.ts';

/**
 * What sharing saved on a cohort: what the places of the organisation acted for cost it, what they would have cost alone,
 * and by which method that is told. The host sees the same of the cohort as a whole, there by the fewest viable places
 * for every organisation, since the own figures of the others are theirs. Before the freeze date all of it is a forecast.
 *
 * Refusals: `cohort.not-open` for a draft, `cohort.already-ended` for one that is cancelled, `cost.not-found` without a cost
 * plan, `cost.not-shared` in the seconds until shares are worked out for the first time.
 */
export const getSavings = defineOperation({
  name: 'get-savings',
  summary: 'What sharing a cohort saved',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({
    cohort: z.string(),
    host: z.string(),
    status: z.enum(['forecast', 'posted']),
    own: savingSchema.describe('Of your organisation'),
    all: savingSchema
      .extend({ organisations: z.int().describe('How many have places') })
      .optional()
      .describe('Of all together, for the host alone'),
  }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cohort.not-open', 'cohort.already-ended', 'cost.not-found', 'cost.not-shared'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, { id: cohort, host }) {
    const { table } = context;
    const organisation = actingOrganisation(context);
    const ledger = await findLedger(table, cohort);
    if (ledger === undefined) throw refusal('cohort.not-open');
    if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
    const found = await findSavings(table, ledger, organisation);
    if (found === 'no-plan') throw refusal('cost.not-found');
    if (found === 'not-shared') throw refusal('cost.not-shared');
    const { status, own, all, organisations } = found;
    return { cohort, host, status, own, ...(organisation === host ? { all: { ...all, organisations } } : {}) };
  },
});
