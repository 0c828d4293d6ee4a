import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';
import { costPlanAnswerSchema } from './cost-plan-answer.ts';
import { decideProposal, proposalName } from './decide-proposal.ts';
import { writeProposal } from './write-proposal.ts';

/**
 * Agrees, for an organisation that has a confirmed place or owes for one that it gave up late, to exactly the proposal that is
 * named. When it is the last to do so of all of those at this moment, the cost is shared by the new rule from now on. Repeated,
 * it changes nothing.
 *
 * Refusals: `cost.not-found`, `cost.no-proposal`, `cost.not-asked`, `cohort.already-ended`, `request.busy`. Causes
 * cost.rule-agreed and, with the last agreement, cost.rule-changed and cost.planned.
 */
export const agreeSharingRule = defineOperation({
  name: 'agree-sharing-rule',
  summary: 'Agree to share the cost of a cohort in another way',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, proposal: proposalName }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', proposal: '0123456789abcdefghjkmnpqrs' },
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
  async run(context, { proposal: name }, cohort) {
    return await decideProposal(context, cohort, name, {
      isDone: ({ proposal, settled }, organisation) =>
        settled === name || (proposal?.digest === name && proposal.agreed.includes(organisation)),
      decide: async ({ organisation, plan, proposal, agreeing }) => {
        const declined = proposal.declined.filter((one) => one.organisation !== organisation);
        const next = { ...proposal, agreed: [...proposal.agreed, organisation], declined };
        return await writeProposal(context, plan, next, agreeing, { type: 'rule-agreed', organisation });
      },
    });
  },
});
