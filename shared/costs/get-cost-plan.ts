import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { answerCostPlan, costPlanAnswerSchema } from './cost-plan-answer.ts';
import { readCostPlan } from './costs-items.ts';

/**
 * What a cohort costs and how that is shared, as it is at this moment. The host sees the whole plan; who else can see the
 * cohort sees the rule, the policy, what is to be shared in total, its own VAT treatment, and what is proposed instead.
 *
 * Refusals: `cost.not-found`.
 */
export const getCostPlan = defineOperation({
  name: 'get-cost-plan',
  summary: 'What a cohort costs, and how that is shared',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cost.not-found'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, _input, cohort) {
    const plan = await readCostPlan(context.table, cohort.id);
    if (plan === undefined) throw refusal('cost.not-found');
    const isOpened = (await findLedger(context.table, cohort.id)) !== undefined;
    return answerCostPlan(context, plan, { cohort, isOpened });
  },
});
