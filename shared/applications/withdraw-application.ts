import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { forgoPlace } from '../places/forgo-place.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { mayBecome } from './application-states.ts';
import { applicationId, noTexts, type Application } from './application.ts';
import { replaceApplication } from './applications-items.ts';
import { findOwnApplication } from './find-application.ts';

/** How often it is tried again that another change has overtaken. */
const attempts = 5;

/**
 * Withdraws an application, by the person or a lead of their organisation, until the person has a place; an alternate may
 * withdraw as well, and so may who was declined or not selected. What was written in it, and about it, is erased. Until the
 * closing date one can apply again, unless one was declined or not selected: the code of the reason stays. Repeated, it
 * changes nothing.
 *
 * Who is selected and has no place yet, or none any more, gives up what selection gave them: nobody claims a place for them
 * from then on, and one that was claimed already is given back by condition, unless they are named on it; naming them and
 * withdrawing have one winner. Who is named gives that up in the usual way first.
 *
 * Refusals: `application.not-found`, `application.decided` for who has a place. Causes application.withdrawn, and
 * place.given-back.
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
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const application = await findOwnApplication(context, cohort, id);
      const { status, version } = application;
      if (status === 'withdrawn') return await answerOwn(context, cohort, application);
      const isOpen = mayBecome(status, 'withdrawn') && (await isWithoutPlace(context, application));
      if (!isOpen) throw refusal('application.decided');
      const written = { ...noTexts, rank: undefined, version: version + 1, change: changeNow(context, 'withdrawn') };
      const withdrawn: Application = { ...application, ...written, status: 'withdrawn' };
      if (await replaceApplication(context.table, withdrawn)) return await answerOwn(context, cohort, withdrawn);
    }
    throw refusal('request.busy');
  },
});

/** Whether the person has no place, and from now on gets none by this application. Only who is selected could have one. */
async function isWithoutPlace(context: Context, application: Application): Promise<boolean> {
  const { id: occasion, cohort, status, person, organisation, ticket } = application;
  return status !== 'selected' || (await forgoPlace(context, cohort, { person, organisation, occasion, ticket }));
}
