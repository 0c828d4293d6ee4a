import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { applicationId, noTexts } from './application.ts';
import { findOwnApplication } from './find-application.ts';
import { takeStep } from './take-step.ts';

/**
 * Withdraws an application, by the person or a lead of their organisation, until the host has taken it; an alternate may
 * withdraw as well, and so may who was declined or not selected. What was written in it, and about it, is erased. Who has a
 * place already gives that up in the usual way. Until the closing date one can apply again, unless one was declined or not
 * selected: the code of the reason stays. Repeated, it changes nothing.
 *
 * Refusals: `application.not-found`, `application.decided`. Causes application.withdrawn.
 */
export const withdrawApplication = defineOperation({
  name: 'withdraw-application',
  summary: 'Withdraw your application, or one of your organisation',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, application: applicationId }),
  output: applicationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', application: 'app_0123456789ab' },
  refusals: ['application.not-found', 'application.decided', 'person.not-unique', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { application: id }, cohort) {
    const application = await findOwnApplication(context, cohort, id);
    const details = { ...noTexts, rank: undefined };
    const withdrawn = await takeStep(context, application, { status: 'withdrawn', details });
    if (withdrawn === undefined) throw refusal('application.decided');
    return await answerOwn(context, cohort, withdrawn);
  },
});
