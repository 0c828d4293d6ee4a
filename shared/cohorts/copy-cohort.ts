import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { dayAfter } from '../clock.ts';
import { copyCostPlan } from '../costs/copy-cost-plan.ts';
import { refusal, type AppError } from '../errors.ts';
import { defineOperation, mayPerform } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { findVisibleProgramme } from '../programmes/find-programmes.ts';
import { cohortAnswerSchema } from './cohort-answer.ts';
import { cohortDetails, cohortId, cohortPlan, type Cohort } from './cohort.ts';
import { findCurrentCohort } from './find-visible-cohort.ts';
import { heldByHeirs } from './held-by-heirs.ts';
import { daysBetween, laterPlan } from './later-plan.ts';
import { planCohort } from './plan-cohort.ts';
import { sessionSchema } from './session.ts';

const input = z.strictObject({
  cohort: cohortId,
  name: cohortDetails.name,
  opensAt: cohortDetails.opensAt,
  firstDay: sessionSchema.shape.day.optional().describe('The first day of the new cohort; or else `days`'),
  days: z
    .int()
    .min(-3660)
    .max(3660)
    .optional()
    .describe('How many days later than the other it is, earlier when negative; or else `firstDay`'),
});

/**
 * Plans the next cohort from one of the own organisation, whatever has become of that: a draft of the same programme with
 * the same plan, moved to a first day or by so many days, under another name and opening instant. The capacity is the one
 * that the other has now, and what was held for an organisation that was succeeded is held for its successor. Who may plan
 * costs takes the cost plan along, as it was planned (copy-cost-plan). Further changes are made to the draft (update-cohort,
 * set-cost-plan). A repeated request is answered with the cohort as it is now.
 *
 * Refusals: `request.invalid` unless exactly one of `firstDay` and `days` is given, or when the plan does not fit together
 * (claims that would open after the first day); `request.key-reused`. Causes cohort.created and, with a cost plan,
 * cost.planned.
 */
export const copyCohort = defineOperation({
  name: 'copy-cohort',
  summary: 'Plan the next cohort from one of your own',
  kind: 'create',
  input,
  output: cohortAnswerSchema,
  example: {
    cohort: 'coh_0123456789ab',
    name: 'Spring 2028',
    opensAt: '2027-10-01T09:00:00Z',
    firstDay: '2028-03-14',
  },
  refusals: ['request.key-reused'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, given, cohort) {
    const days = daysLater(given, cohort);
    const found = await findVisibleProgramme(context, { programme: cohort.programme });
    if (found === undefined) throw new Error(`The programme of ${cohort.id} is not there`);
    const ledger = cohort.opened ? await findLedger(context.table, cohort.id) : undefined;
    const held = await heldByHeirs(context.table, cohort.held, found.subject);
    const plan = laterPlan({ ...detailsOf(cohort), held, capacity: ledger?.capacity ?? cohort.capacity }, days);
    const { name, opensAt } = given;
    const request = { operation: 'copy-cohort', input: given } as const;
    const made = await planCohort(context, found.subject, { ...plan, name, opensAt }, request);
    if (mayPerform('set-cost-plan', context.actor)) {
      const digest = requestDigest(context, request.operation, given);
      await copyCostPlan(context, { from: cohort.id, to: made, request: digest });
    }
    return made;
  },
});

/** What a host decides about a cohort, without all that became of it. Its sessions are new ones in another cohort. */
function detailsOf(cohort: Cohort) {
  const sessions = cohort.sessions.map(({ id: _id, ...session }) => session);
  return z.object(cohortPlan).parse({ ...cohort, sessions });
}

function daysLater({ firstDay, days }: z.infer<typeof input>, cohort: Cohort): number {
  if ((firstDay === undefined) === (days === undefined)) throw wrong('firstDay', 'Give either this or `days`');
  const later = days ?? daysBetween(cohort.firstDay, firstDay ?? cohort.firstDay);
  const moved = [cohort.firstDay, cohort.lastDay].map((day) => dayAfter(day, later));
  if (moved.every((day) => sessionSchema.shape.day.safeParse(day).success)) return later;
  throw wrong(days === undefined ? 'firstDay' : 'days', 'The cohort would be too far away');
}

function wrong(field: string, message: string): AppError {
  return refusal('request.invalid', undefined, { fields: [{ field, message }] });
}
