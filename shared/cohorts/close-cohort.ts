import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { closeLedger } from '../places/cohort-ledger.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { cohortId } from './cohort.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';

/**
 * Closes an open cohort: no more claims; those who hold a place keep it and may give it back. Repeating it changes
 * nothing.
 *
 * Refusals: `cohort.not-open` for a draft, `cohort.already-ended` when it is cancelled. Causes cohort.closed.
 */
export const closeCohort = defineOperation({
  name: 'close-cohort',
  summary: 'Close a cohort to further claims',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cohort.not-open', 'cohort.already-ended'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, cohort) {
    if (!cohort.opened) throw refusal('cohort.not-open');
    const { item: ledger } = await closeLedger(context.table, cohort, changeNow(context, 'closed'));
    if (ledger?.status !== 'closed') throw refusal('cohort.already-ended');
    return cohortAnswer(await findCurrentPlan(context.table, cohort, ledger), ledger, cohort.host);
  },
});
