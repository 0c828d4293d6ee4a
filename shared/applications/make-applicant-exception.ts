import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { applicationId, isUnplaced, type Application } from './application.ts';
import { readApplication, replaceApplication } from './applications-items.ts';

/** How often it is tried again that another change has overtaken. */
const attempts = 5;

/**
 * The host takes into account also a person who is not of the programme's audience: who has applied, is endorsed, and has no
 * place yet. From then on they can be selected, or taken as an alternate, and be named on the place that they get. It is
 * recorded with its reason, and counts for this person alone. Repeated, the first reason stays.
 *
 * Refusals: `application.not-found`, also for one that is not endorsed; `application.decided` for one that has ended or has a
 * place, for which there is make-exception; `request.busy`. Causes application.exception-made.
 */
export const makeApplicantException = defineOperation({
  name: 'make-applicant-exception',
  summary: 'Let, as the host, a person who is not eligible be selected',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    application: applicationId,
    reason: z.string().trim().min(1).max(500).describe('Why; the person and their organisation see it too'),
  }),
  output: z.object({ cohort: z.string(), application: applicationId }),
  example: {
    cohort: 'coh_0123456789ab',
    application: 'app_0123456789ab',
    reason: 'Takes over a team during the programme',
  },
  refusals: ['application.not-found', 'application.decided', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { application: id, reason }, cohort) {
    const answer = { cohort: cohort.id, application: id };
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const application = await readApplication(context.table, cohort.id, id);
      if (application?.endorsedAt === undefined) throw refusal('application.not-found');
      if (application.exception !== undefined) return answer;
      if (!isUndecided(application)) throw refusal('application.decided');
      if (await replaceApplication(context.table, excepted(context, application, reason))) return answer;
    }
    throw refusal('request.busy');
  },
});

/** Of somebody who was removed from the record no text is written any more, nor can they be named. */
function isUndecided(application: Application): boolean {
  const { status, erased } = application;
  return erased !== true && (status === 'endorsed' || status === 'alternate' || isUnplaced(application));
}

function excepted(context: Context, application: Application, reason: string): Application {
  const change = changeNow(context, 'exception-made');
  const exception = { reason, by: change.by, at: change.at };
  return { ...application, exception, version: application.version + 1, change };
}
