import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';
import { costPlanAnswerSchema } from './cost-plan-answer.ts';
import type { CostPlan } from './cost-plan.ts';
import { costPlanReplaced } from './costs-items.ts';
import { decideProposal, proposalName } from './decide-proposal.ts';

/**
 * Withdraws what the host has proposed, as long as it does not hold: the cost is shared as before. Repeated, it changes nothing.
 *
 * Refusals: `cost.not-found`; `cost.no-proposal`, also when all have agreed meanwhile; `cohort.already-ended`,
 * `request.busy`. Causes cost.rule-withdrawn.
 */
export const withdrawSharingRule = defineOperation({
  name: 'withdraw-sharing-rule',
  summary: 'Withdraw the proposal to share the cost of a cohort in another way',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, proposal: proposalName }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', proposal: '0123456789abcdefghjkmnpqrs' },
  refusals: ['cost.not-found', 'cost.no-proposal', 'cohort.not-open', 'cohort.already-ended', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { proposal: name }, cohort) {
    return await decideProposal(context, cohort, name, {
      isDone: ({ proposal, change }) =>
        proposal === undefined && change.type === 'rule-withdrawn' && change.proposal === name,
      decide: async ({ plan: { proposal: _withdrawn, ...plan } }) => {
        const change = { ...changeNow(context, 'rule-withdrawn'), proposal: name };
        const next: CostPlan = { ...plan, version: plan.version + 1, change };
        const { put, onlyIf } = costPlanReplaced(next);
        return (await context.table.put(put, onlyIf)) ? next : undefined;
      },
    });
  },
});
