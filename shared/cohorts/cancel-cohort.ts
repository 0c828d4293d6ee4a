import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { cancelLedger } from '../places/cohort-ledger.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { cohortId } from './cohort.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';
import { leaveDraft } from './leave-draft.ts';

/**
 * Cancels a cohort for good: a draft, of which only its host ever knew, or one that is open or closed, of which everybody
 * hears who could see it. Repeating it changes nothing. Causes cohort.cancelled.
 */
export const cancelCohort = defineOperation({
  name: 'cancel-cohort',
  summary: 'Cancel a cohort',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, found) {
    const change = changeNow(context, 'cancelled');
    const cohort = await leaveDraft(context.table, found, 'dropped', change);
    // One that was just dropped is cancelled already; the write is refused and answers the ledger as it is.
    const { item: ledger } = await cancelLedger(context.table, cohort, change);
    if (ledger?.status !== 'cancelled') throw refusal('request.busy');
    return cohortAnswer(await findCurrentPlan(context.table, cohort, ledger), ledger, cohort.host);
  },
});
