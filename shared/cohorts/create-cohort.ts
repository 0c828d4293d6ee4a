import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findVisibleProgramme } from '../programmes/find-programmes.ts';
import { programmeId } from '../programmes/programme.ts';
import { cohortAnswerSchema } from './cohort-answer.ts';
import { cohortPlan } from './cohort.ts';
import { planCohort } from './plan-cohort.ts';

/**
 * Plans a cohort of a published programme; nobody but the host sees it until it is opened. A repeated request is answered
 * with the cohort as it is now.
 *
 * Refusals: `programme.not-published`, `request.key-reused`. Causes cohort.created.
 */
export const createCohort = defineOperation({
  name: 'create-cohort',
  summary: 'Plan a cohort of a programme',
  kind: 'create',
  input: z.strictObject({ programme: programmeId, ...cohortPlan }),
  output: cohortAnswerSchema,
  example: {
    programme: 'prg_0123456789ab',
    name: 'Autumn 2027',
    sessions: [{ day: '2027-09-14', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
    capacity: 20,
    waitlist: 10,
    limit: 8,
    opensAt: '2027-03-01T09:00:00Z',
    naming: { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 },
  },
  refusals: ['programme.not-published', 'request.key-reused'],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, input, programme) {
    const { programme: _programme, ...plan } = input;
    return await planCohort(context, programme, plan, { operation: 'create-cohort', input });
  },
});
