import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { answerApplications, applicationAnswerSchema } from './application-answer.ts';
import { applicationId } from './application.ts';
import { findApplication } from './find-application.ts';

/**
 * An application as it is at this moment, and what became of it, with the reason: for the person, the leads of their
 * organisation and, once it is endorsed, the host's.
 *
 * Refusals: `application.not-found`, `person.not-unique`.
 */
export const getApplication = defineOperation({
  name: 'get-application',
  summary: 'An application, and what became of it',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId, application: applicationId }),
  output: applicationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', application: 'app_0123456789ab' },
  refusals: ['application.not-found', 'person.not-unique'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { application: id }, cohort) {
    const [answer] = await answerApplications(context, cohort, [await findApplication(context, cohort, id)]);
    if (answer === undefined) throw refusal('application.not-found');
    return answer;
  },
});
