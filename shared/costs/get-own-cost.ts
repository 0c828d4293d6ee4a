import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerOwnCost, ownCostAnswerSchema } from './own-cost.ts';
import { readOwnCost } from './own-costs-items.ts';

/** What the own organisation states that a place on a cohort would cost it without sharing. */
export const getOwnCost = defineOperation({
  name: 'get-own-cost',
  summary: 'What your organisation states that a place would cost without sharing',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: ownCostAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { cohort }) {
    return answerOwnCost(cohort, await readOwnCost(context.table, actingOrganisation(context), cohort));
  },
});
