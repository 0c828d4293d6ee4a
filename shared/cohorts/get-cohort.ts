import * as z from 'zod';
import { organisationOf } from '../context.ts';
import { defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { cohortId } from './cohort.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';

/**
 * Answers a cohort as it is at this moment: the plan, its status, how many places are free and how many wait. The host
 * sees which organisations hold what; others only what they have themselves. A draft is its host's alone.
 */
export const getCohort = defineOperation({
  name: 'get-cohort',
  summary: 'A cohort, and how it stands',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, cohort) {
    const ledger = await findLedger(context.table, cohort.id);
    const current = await findCurrentPlan(context.table, cohort, ledger);
    return cohortAnswer(current, ledger, organisationOf(context.actor));
  },
});
