import { changeNow, requestDigest } from '../change.ts';
import { actorId, type Context } from '../context.ts';
import { createOnce, madeBy } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { idempotencyKeyOf } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import type { Programme } from '../programmes/programme.ts';
import { checkHeldPartners } from './check-held-partners.ts';
import { cohortAnswer, type CohortAnswer } from './cohort-answer.ts';
import { checkedDays } from './cohort-plan.ts';
import { cohortSchema, type Cohort, type CohortDetails } from './cohort.ts';
import { cohortItem, readCohortAnew } from './cohorts-items.ts';
import { identifiedSessions } from './session.ts';

/** The request that plans a cohort: by which it is known again when it is repeated. */
export interface PlanRequest {
  readonly operation: 'create-cohort' | 'copy-cohort';
  readonly input: unknown;
}

/**
 * Plans a cohort of a programme as a draft of its host, once for each request: repeated, it is answered with the cohort as
 * it is now, also when it could not be planned so any more, as when an organisation for which places are held was succeeded.
 *
 * Refusals: `programme.not-published`, `request.invalid` for a plan that does not fit together, `request.key-reused`.
 */
export async function planCohort(
  context: Context,
  programme: Programme,
  plan: CohortDetails,
  { operation, input }: PlanRequest,
): Promise<CohortAnswer> {
  if (programme.status !== 'published') throw refusal('programme.not-published');
  const { host, sharedWith } = programme;
  const { table } = context;
  const id = idOfRequest('coh', actorId(context.actor), operation, idempotencyKeyOf(context));
  const request = requestDigest(context, operation, input);
  const before = await readCohortAnew(table, id);
  const answer = async (made: Cohort) =>
    cohortAnswer(made, made.opened ? await findLedger(table, made.id) : undefined, host);
  if (before !== undefined) return await answer(madeBy(before, request));
  const item = draftOf(context, programme, plan, { id, request });
  await checkHeldPartners(table, { ...plan, host, sharedWith });
  return await answer(await createOnce(table, item, cohortSchema));
}

/**
 * The item of a cohort of a programme that is planned now, as a draft of its host; with its id, and the request by which it
 * is known again. Refuses with `request.invalid` a plan that does not fit together.
 */
export function draftOf(
  context: Context,
  programme: Programme,
  plan: CohortDetails,
  { id, request }: Pick<Cohort, 'id' | 'request'>,
) {
  const { host, title, skills, audience, sharedWith } = programme;
  return cohortItem({
    id,
    programme: programme.id,
    host,
    title,
    skills,
    audience,
    sharedWith,
    ...plan,
    ...checkedDays(plan),
    sessions: identifiedSessions(plan.sessions, 1),
    opened: false,
    request,
    version: 1,
    change: changeNow(context, 'created'),
  });
}
