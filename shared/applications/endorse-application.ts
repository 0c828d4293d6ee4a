import * as z from 'zod';
import { isOver } from '../cohorts/cohort-plan.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findActivePerson } from '../people/find-people.ts';
import { backfills } from '../places/backfill.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { recordRelease } from '../places/record-release.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { mayBecome } from './application-states.ts';
import { applicationId } from './application.ts';
import { findOwnApplication } from './find-application.ts';
import { takeStep } from './take-step.ts';

/**
 * Stands behind an application of the own organisation, and records that the person's manager releases them for the cohort.
 * From now on the host sees it, with who the person is, and it counts when the host selects; also one that is endorsed
 * after the host has selected, for when it selects again. Repeated, it changes nothing.
 *
 * Refusals: `application.not-found`, `application.decided`, `person.not-found` when the person was removed from the record,
 * `cohort.over`, `cohort.already-ended`. Causes application.endorsed.
 */
export const endorseApplication = defineOperation({
  name: 'endorse-application',
  summary: 'Endorse an application of your organisation, with the release by the manager',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    application: applicationId,
    backfill: z.enum(backfills).describe('What is done about their work on those days'),
  }),
  output: applicationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', application: 'app_0123456789ab', backfill: 'arranged' },
  refusals: [
    'application.not-found',
    'application.decided',
    'person.not-found',
    'cohort.over',
    'cohort.already-ended',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { application: id, backfill }, cohort) {
    const { table, clock } = context;
    const application = await findOwnApplication(context, cohort, id);
    const { organisation, person } = application;
    if (application.status !== 'endorsed') {
      // Before anything is noted: who is refused here was not released.
      if (!mayBecome(application.status, 'endorsed')) throw refusal('application.decided');
      if ((await findActivePerson(table, organisation, person)) === undefined) throw refusal('person.not-found');
      if (isOver(cohort, clock.now())) throw refusal('cohort.over');
      const ledger = await findLedger(table, cohort.id);
      if (ledger === undefined || ledger.status === 'cancelled') throw refusal('cohort.already-ended');
      await recordRelease(context, organisation, { cohort: cohort.id, person, by: 'lead', backfill });
    }
    const details = { endorsedAt: clock.now().toISOString() };
    const endorsed = await takeStep(context, application, { status: 'endorsed', details });
    if (endorsed === undefined) throw refusal('application.decided');
    return await answerOwn(context, cohort, endorsed);
  },
});
