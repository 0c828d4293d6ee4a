import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { checkHeldPartners } from './check-held-partners.ts';
import { checkedDays } from './cohort-plan.ts';
import { allocationSchema, applicationsSchema, cohortDetails, cohortId, type Cohort } from './cohort.ts';
import { draftReplaced, readCohort } from './cohorts-items.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';
import { changedSessionsSchema, identifiedSessions } from './session.ts';

/**
 * Changes the plan of a cohort before it is opened; what is not given stays. Once it is open only its capacity changes
 * (change-capacity).
 *
 * Refusals: `request.stale`, `cohort.not-draft`. Causes cohort.updated.
 */
export const updateCohort = defineOperation({
  name: 'update-cohort',
  summary: 'Change the plan of a draft cohort',
  kind: 'change',
  input: z.strictObject({
    cohort: cohortId,
    ...z.object(cohortDetails).partial().shape,
    sessions: changedSessionsSchema.optional(),
    allocation: allocationSchema
      .nullable()
      .optional()
      .describe('As when it was planned; null: first come, first served'),
    applications: applicationsSchema.nullable().optional().describe('As when it was planned; null: places are claimed'),
  }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab', capacity: 24 },
  refusals: ['request.stale', 'cohort.not-draft'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { cohort: _cohort, ...changes }, cohort) {
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'update-cohort', { cohort: cohort.id, ...changes });
    if (isDone(cohort, seen, request)) return cohortAnswer(cohort, undefined, cohort.host);
    const { allocation = cohort.allocation, applications = cohort.applications, sessions, ...others } = changes;
    const plan = {
      ...cohort,
      ...others,
      sessions: sessions === undefined ? cohort.sessions : identifiedSessions(sessions, seen + 1, cohort.sessions),
      allocation: allocation ?? undefined,
      applications: applications ?? undefined,
    };
    const days = checkedDays(plan);
    if (changes.held !== undefined) await checkHeldPartners(context.table, plan);
    const change = { ...changeNow(context, 'updated'), request };
    const next: Cohort = { ...plan, ...days, version: seen + 1, change };
    const { put, onlyIf } = draftReplaced(next);
    if (await context.table.put(put, onlyIf)) return cohortAnswer(next, undefined, cohort.host);
    const now = await readCohort(context.table, cohort.id);
    if (now !== undefined && isDone(now, seen, request)) return cohortAnswer(now, undefined, cohort.host);
    throw refusal('request.stale');
  },
});

/** Whether this very request made the draft what it is. Refuses when it is no draft any more, or was changed meanwhile. */
function isDone(cohort: Cohort, seen: number, request: string): boolean {
  if (isOwnWrite(cohort, seen, request)) return true;
  if (cohort.opened) throw refusal('cohort.not-draft');
  if (cohort.version !== seen) throw refusal('request.stale');
  return false;
}
