import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { applicationId, declineReason, words } from './application.ts';
import { findOwnApplication } from './find-application.ts';
import { takeStep } from './take-step.ts';

/**
 * Does not stand behind an application of the own organisation, with the reason, which the person sees; the host never
 * learns of it. Repeated, it changes nothing.
 *
 * Refusals: `application.not-found`; `application.decided` for one that is endorsed or has ended; `request.invalid` for the
 * reason `other` without words. Causes application.declined.
 */
export const declineApplication = defineOperation({
  name: 'decline-application',
  summary: 'Decline an application of your organisation, with the reason',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, application: applicationId, reason: declineReason, words }),
  output: applicationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', application: 'app_0123456789ab', reason: 'not-at-this-time' },
  refusals: ['application.not-found', 'application.decided', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { application: id, reason, words: said }, cohort) {
    if (reason === 'other' && said === undefined) {
      const fields = [{ field: 'words', message: 'Say which other reason' }];
      throw refusal('request.invalid', undefined, { fields });
    }
    const application = await findOwnApplication(context, cohort, id);
    const details = { reason, ...(said === undefined ? {} : { words: said }) };
    const declined = await takeStep(context, application, { status: 'declined', details });
    if (declined === undefined) throw refusal('application.decided');
    return await answerOwn(context, cohort, declined);
  },
});
