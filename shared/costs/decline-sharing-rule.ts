import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { costPlanAnswerSchema } from './cost-plan-answer.ts';
import { ruleDeclineReason, type CostPlan } from './cost-plan.ts';
import { costPlanReplaced } from './costs-items.ts';
import { decideProposal, proposalName } from './decide-proposal.ts';

/**
 * Does not agree, for an organisation that has a confirmed place or owes for one, to the proposal that is named, with the reason;
 * the host is told. It may agree after all; what it has agreed to already it may decline until the proposal holds. Repeated, it changes nothing.
 *
 * Refusals: `cost.not-found`, `cost.no-proposal`; `cost.not-asked`, also for the host, which withdraws what it proposes;
 * `cohort.already-ended`, `request.busy`. Causes cost.rule-declined.
 */
export const declineSharingRule = defineOperation({
  name: 'decline-sharing-rule',
  summary: 'Decline to share the cost of a cohort in another way, with the reason',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, proposal: proposalName, reason: ruleDeclineReason }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', proposal: '0123456789abcdefghjkmnpqrs', reason: 'costs-more' },
  refusals: [
    'cost.not-found',
    'cost.no-proposal',
    'cost.not-asked',
    'cohort.not-open',
    'cohort.already-ended',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { proposal: name, reason }, cohort) {
    return await decideProposal(context, cohort, name, {
      isDone: ({ proposal }, acting) =>
        proposal?.digest === name &&
        proposal.declined.some((one) => one.organisation === acting && one.reason === reason),
      decide: async ({ organisation, plan, proposal }) => {
        if (organisation === cohort.host) throw refusal('cost.not-asked');
        const agreed = proposal.agreed.filter((one) => one !== organisation);
        const others = proposal.declined.filter((one) => one.organisation !== organisation);
        const declined = [...others, { organisation, reason }];
        const change = { ...changeNow(context, 'rule-declined'), proposal: name, organisation, reason };
        const next: CostPlan = {
          ...plan,
          proposal: { ...proposal, agreed, declined },
          version: plan.version + 1,
          change,
        };
        const { put, onlyIf } = costPlanReplaced(next);
        return (await context.table.put(put, onlyIf)) ? next : undefined;
      },
    });
  },
});
