import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal, type RefusalCode } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findOwnPerson } from '../people/find-people.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { statement } from './application.ts';
import { putForward } from './put-forward.ts';

/** How a person may fail to be put forward for a cohort. */
export const candidacyRefusals = [
  'person.not-found',
  'person.not-unique',
  'application.none',
  'application.closed',
  'application.already',
  'application.full',
  'cohort.not-open',
  'cohort.not-open-yet',
  'request.busy',
] as const satisfies readonly RefusalCode[];

/**
 * Applies, for oneself, to a cohort that takes applications, until its closing date. One applies as the person whom the own
 * organisation has on record (`person.not-found` without a record). What speaks against somebody who is not of the programme's
 * audience is answered at once (`objections`): the host selects them only by an exception. The organisation endorses the application before the host sees it. After it was withdrawn it can be made anew.
 *
 * Causes application.submitted.
 */
export const submitApplication = defineOperation({
  name: 'submit-application',
  summary: 'Apply for a place on a cohort, for yourself',
  kind: 'create',
  input: z.strictObject({ cohort: cohortId, statement }),
  output: applicationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', statement: 'I lead a team today and want to lead a service.' },
  refusals: candidacyRefusals,
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, input, cohort) {
    const own = await findOwnPerson(context);
    if (own === undefined) throw refusal('person.not-found');
    const candidacy = { person: own.subject, status: 'applied' as const, statement: input.statement };
    return await answerOwn(context, cohort, await putForward(context, cohort, candidacy));
  },
});
