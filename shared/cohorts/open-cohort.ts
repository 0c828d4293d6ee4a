import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { newSecret } from '../ids.ts';
import { defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { checkHeldPartners } from './check-held-partners.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { cohortId } from './cohort.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';
import { leaveDraft } from './leave-draft.ts';

/**
 * Opens a cohort to those its programme is shared with. From then on places are given by its ledger, claims are taken from
 * its opening instant, and of its plan only the sessions can be changed (move-cohort). Repeating it while it is open changes nothing.
 *
 * Refusals: `cohort.already-ended`, `request.busy`; `request.invalid` when places are to be held for an organisation that
 * was succeeded by another meanwhile. Causes cohort.opened.
 */
export const openCohort = defineOperation({
  name: 'open-cohort',
  summary: 'Open a cohort to those its programme is shared with',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cohort.already-ended', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, draft) {
    // Who was to have places may have been succeeded by another since the cohort was planned.
    if (!draft.opened) await checkHeldPartners(context.table, draft);
    const opened = changeNow(context, 'opened');
    const cohort = await leaveDraft(context.table, draft, 'opened', opened, newSecret(context.random));
    const ledger = await findLedger(context.table, cohort.id);
    if (ledger?.status !== 'open') throw refusal('cohort.already-ended');
    return cohortAnswer(await findCurrentPlan(context.table, cohort, ledger), ledger, cohort.host);
  },
});
