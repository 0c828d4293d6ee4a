import * as z from 'zod';
import { freezesOn } from '../cohorts/cohort-plan.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { organisationOf, type Context } from '../context.ts';
import { costPlanDetails, ruleProposalSchema, type CostPlan, type RuleProposal } from './cost-plan.ts';
import { pence } from './pence.ts';
import { placePolicySchema, sharingRuleSchema } from './sharing-rule.ts';
import { sharedCost, type CohortCost } from './shared-cost.ts';
import { vatTreatment } from './vat.ts';

const totalsSchema = z.object({
  net: pence,
  vat: pence,
  gross: pence.describe('Net and VAT'),
  recoverable: pence.describe('What of the VAT the host recovers; what it does not is shared too'),
  funding: pence,
  shared: pence.describe('What is shared: net and the VAT that is not recovered, less the funding'),
});

const lineAmountsSchema = z.object({
  id: z.string().describe('The line'),
  vat: pence,
  gross: pence.describe('Net and VAT'),
  recoverable: pence.describe('What of the VAT the host recovers'),
});

const pending = ruleProposalSchema.shape;
const proposalAnswerSchema = z.object({
  proposal: pending.digest.describe('What names exactly this proposal: to be given when it is agreed to or declined'),
  rule: pending.rule,
  policy: pending.policy,
  proposedAt: pending.proposedAt,
  isAgreed: z.boolean().describe('Whether the organisation acted for has agreed'),
  agreed: pending.agreed.optional().describe('Which organisations have agreed; for the host alone'),
  declined: pending.declined.optional().describe('Which have not, and why; for the host alone'),
});

/** A cost plan as an organisation that can see the cohort does. */
export const costPlanAnswerSchema = z.object({
  cohort: cohortId,
  host: z.string().describe('The organisation that offers it'),
  version: z.int().describe('To be given as If-Match when the plan is changed'),
  rule: sharingRuleSchema.describe('How the cost is shared'),
  policy: placePolicySchema.describe('What a place owes that was given back, released or not attended'),
  isFixed: z.boolean().describe('Whether the rule and the policy change by agreement alone, the cohort being open'),
  freezesOn: z.iso.date().describe('From this day on what is planned stays as it is, and shares are posted'),
  shared: pence.describe('What is shared at this moment: actual amounts where there are, else those planned'),
  treatment: vatTreatment
    .optional()
    .describe('VAT between the host and the organisation acted for, if it is not the host'),
  proposed: proposalAnswerSchema.optional().describe('Another rule that the host proposes'),
  lines: costPlanDetails.lines.optional().describe('For the host alone'),
  amounts: z
    .array(lineAmountsSchema)
    .optional()
    .describe('Of each line, with what it came to where that is known; for the host alone'),
  funding: costPlanDetails.funding.optional().describe('For the host alone'),
  fewestViable: costPlanDetails.fewestViable,
  costCentre: costPlanDetails.costCentre,
  reference: costPlanDetails.reference,
  treatments: z
    .record(z.string(), vatTreatment)
    .optional()
    .describe('VAT between the host and each; for the host alone'),
  planned: totalsSchema.optional().describe('The sums of what is planned; for the host alone'),
  now: totalsSchema.optional().describe('The same with what it came to where that is known; for the host alone'),
});
export type CostPlanAnswer = z.infer<typeof costPlanAnswerSchema>;

/** How the cohort of a plan stands. */
interface PlannedCohort {
  readonly cohort: Cohort;
  readonly isOpened: boolean;
}

/** What the organisation acted for sees of a plan: the host all of it, others what concerns all who have places, and themselves. */
export function answerCostPlan(
  { actor }: Pick<Context, 'actor'>,
  plan: Omit<CostPlan, 'pk' | 'sk'>,
  { cohort, isOpened }: PlannedCohort,
): CostPlanAnswer {
  const organisation = organisationOf(actor) ?? '';
  const { host, version, proposal, treatments } = plan;
  const isHost = organisation === host;
  const { planned, counted } = sharedCost(plan);
  const all = { cohort: plan.cohort, host, version, rule: plan.rule, policy: plan.policy };
  return {
    ...all,
    isFixed: isOpened,
    freezesOn: freezesOn(cohort),
    shared: counted.toShare,
    ...(proposal === undefined ? {} : { proposed: answerProposal(proposal, organisation, isHost) }),
    ...(isHost
      ? { ...ofHost(plan), amounts: amountsOf(counted), planned: totalsOf(planned), now: totalsOf(counted) }
      : { treatment: treatments[organisation] ?? 'to-be-confirmed' }),
  };
}

function answerProposal(
  { digest: proposal, agreed, declined, ...terms }: RuleProposal,
  organisation: string,
  isHost: boolean,
) {
  return {
    proposal,
    ...terms,
    isAgreed: agreed.includes(organisation),
    ...(isHost ? { agreed, declined } : {}),
  };
}

function ofHost({ lines, funding, fewestViable, costCentre, reference, treatments }: Omit<CostPlan, 'pk' | 'sk'>) {
  return {
    lines,
    funding,
    ...(fewestViable === undefined ? {} : { fewestViable }),
    ...(costCentre === undefined ? {} : { costCentre }),
    ...(reference === undefined ? {} : { reference }),
    treatments,
  };
}

function amountsOf({ lines }: CohortCost) {
  return lines.map(({ id, vat, gross, recoverable }) => ({ id, vat, gross, recoverable }));
}

function totalsOf({ cost: { net, vat, gross, recoverable }, funding, toShare: shared }: CohortCost) {
  return { net, vat, gross, recoverable, funding, shared };
}
