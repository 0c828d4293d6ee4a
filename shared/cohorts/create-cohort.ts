import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { defineOperation, idempotencyKeyOf } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { findVisibleProgramme } from '../programmes/find-programmes.ts';
import { programmeId } from '../programmes/programme.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { checkedDays } from './cohort-plan.ts';
import { cohortDetails, cohortSchema } from './cohort.ts';
import { cohortItem } from './cohorts-items.ts';

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
  input: z.strictObject({ programme: programmeId, ...cohortDetails }),
  output: cohortAnswerSchema,
  example: {
    programme: 'prg_0123456789ab',
    name: 'Autumn 2027',
    sessions: [{ day: '2027-09-14', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
    capacity: 20,
    waitlist: 10,
    limit: 8,
    opensAt: '2027-03-01T09:00:00Z',
  },
  refusals: ['programme.not-published', 'request.key-reused'],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, input, programme) {
    if (programme.status !== 'published') throw refusal('programme.not-published');
    const { programme: _programme, ...plan } = input;
    const { host, title, skills, audience, sharedWith } = programme;
    const item = cohortItem({
      id: idOfRequest('coh', actorId(context.actor), 'create-cohort', idempotencyKeyOf(context)),
      programme: programme.id,
      host,
      title,
      skills,
      audience,
      sharedWith,
      ...plan,
      ...checkedDays(plan),
      opened: false,
      request: requestDigest(context, 'create-cohort', input),
      version: 1,
      change: changeNow(context, 'created'),
    });
    const made = await createOnce(context.table, item, cohortSchema);
    return cohortAnswer(made, made.opened ? await findLedger(context.table, made.id) : undefined, host);
  },
});
