import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { digest } from '../ids.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { checkSharers } from './check-sharers.ts';
import { answerCostPlan, costPlanAnswerSchema } from './cost-plan-answer.ts';
import { costPlanDetails, type CostPlan, type RuleProposal } from './cost-plan.ts';
import { readCostPlan } from './costs-items.ts';
import { findAgreeing } from './rule-agreement.ts';
import { costPlanErrors } from './shared-cost.ts';
import { writeProposal } from './write-proposal.ts';

/** How often the write is tried again that a claim or another change of places has overtaken. */
const attempts = 5;
const digestLength = 26;

/**
 * Proposes to share the cost of a cohort that was opened in another way. It holds once all organisations that have a
 * confirmed place at that moment, or owe for one that they gave back or lost late, have agreed (agree-sharing-rule); at once,
 * where that is nobody but the host. There is one
 * proposal at a time: another one takes its place, and the agreements to it with it. Proposed anew in the same words,
 * agreements stay: that is how it comes to hold when the last who had not agreed has given its places back
 * in time.
 *
 * Refusals: `cost.not-found`, `request.stale`, `cohort.not-open` for a draft, whose plan is simply set; `cohort.already-ended`
 * when it is cancelled; `request.invalid` for the rule that holds already; `request.busy`. Causes cost.rule-proposed, or
 * cost.rule-changed and cost.planned.
 */
export const proposeSharingRule = defineOperation({
  name: 'propose-sharing-rule',
  summary: 'Propose to share the cost of an open cohort in another way',
  kind: 'change',
  input: z.strictObject({
    cohort: cohortId,
    rule: costPlanDetails.rule,
    policy: costPlanDetails.policy
      .optional()
      .describe('What a place owes that was given back, released or not attended; without it, as it is'),
  }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', rule: { by: 'places', host: true } },
  refusals: ['cost.not-found', 'request.stale', 'cohort.not-open', 'cohort.already-ended', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, given, cohort) {
    const { table } = context;
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'propose-sharing-rule', given);
    await checkSharers(table, given.rule);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const plan = await readCostPlan(table, cohort.id);
      if (plan === undefined) throw refusal('cost.not-found');
      const answer = (one: CostPlan) => answerCostPlan(context, one, { cohort, isOpened: true });
      if (isOwnWrite(plan, seen, request)) return answer(plan);
      const agreeing = await findAgreeing(context, plan);
      if (plan.version !== seen) throw refusal('request.stale');
      const proposal = proposed(context, plan, given);
      const next = await writeProposal(context, plan, proposal, agreeing, { type: 'rule-proposed', request });
      if (next !== undefined) return answer(next);
    }
    throw refusal('request.busy');
  },
});

/** The proposal that is made of a rule: the one that is pending, when it says the same. Refuses what does not fit together. */
function proposed(
  { clock }: Context,
  plan: CostPlan,
  { rule, policy = plan.policy }: Pick<RuleProposal, 'rule'> & { readonly policy?: RuleProposal['policy'] | undefined },
): RuleProposal {
  const terms = { rule, policy };
  const isAlready = isDeepStrictEqual(terms, { rule: plan.rule, policy: plan.policy });
  const already = { field: 'rule', message: 'This is how the cost is shared already' };
  const fields = isAlready ? [already] : costPlanErrors({ ...plan, ...terms });
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  const pending = plan.proposal;
  if (pending !== undefined && isDeepStrictEqual(terms, { rule: pending.rule, policy: pending.policy })) return pending;
  const proposedAt = clock.now().toISOString();
  const name = digest(plan.cohort, String(plan.version), JSON.stringify(terms)).slice(0, digestLength);
  return { ...terms, digest: name, proposedAt, agreed: [plan.host], declined: [] };
}
