import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { ruleDeclineReason, type CostPlan } from './cost-plan.ts';
import { pence } from './pence.ts';
import { sharedCost } from './shared-cost.ts';
import { placePolicySchema, sharingRuleSchema } from './sharing-rule.ts';
import { vatTreatment } from './vat.ts';

const whichFacts = z.object({
  cohort: z.string().describe('The id of the cohort'),
  host: z.string().describe('The organisation that offers it'),
});
const terms = whichFacts.extend({
  rule: sharingRuleSchema.describe('How the cost is shared'),
  policy: placePolicySchema.describe('What a place owes that was given back, released or not attended'),
});
const proposed = z.string().describe('What names exactly this proposal');
const planFacts = terms.extend({
  firstDay: z.iso.date().describe('The day by which rates of VAT are looked up'),
  lines: z
    .array(z.object({ id: z.string(), pence }))
    .describe('What each line counts: the actual amount where there is one, with VAT that is not recovered'),
  funding: pence.describe('What all funding takes off'),
  shared: pence.describe('What is shared: the lines less the funding'),
  treatments: z.record(z.string(), vatTreatment).describe('VAT between the host and each partner that was settled'),
});

const usual = { freeDaysBefore: 28, partDaysBefore: 14, partPercent: 50, unattendedPercent: 100 };
const whichExample = { cohort: 'coh_0123456789ab', host: 'org_0123456' };
const termsExample = { ...whichExample, rule: { by: 'places' as const, host: true }, policy: usual };
const planExample = {
  ...termsExample,
  firstDay: '2027-09-14',
  lines: [
    { id: 'venue', pence: 960_000 },
    { id: 'facilitator', pence: 1_825_000 },
  ],
  funding: 500_000,
  shared: 2_285_000,
  treatments: { org_abcdefg: 'outside-scope' as const },
};
const proposalExample = '0123456789abcdefghjkmnpqrs';

const readBy = 'get-cost-plan';

const planned = defineEvent({
  type: 'cost.planned',
  version: 1,
  summary: 'What a cohort costs, or how that is shared, was planned or has changed. Told to its host.',
  data: planFacts,
  example: planExample,
  readBy,
});
const ruleProposed = defineEvent({
  type: 'cost.rule-proposed',
  version: 1,
  summary:
    'The host of a cohort proposes to share its cost in another way, once all who have places or owe for one agree. Told to it and to whoever has, owes for or awaits places there.',
  data: terms.extend({ proposal: proposed }),
  example: { ...termsExample, proposal: proposalExample },
  readBy,
});
const ruleAgreed = defineEvent({
  type: 'cost.rule-agreed',
  version: 1,
  summary: 'An organisation agrees to another way of sharing. Told to it and to the host.',
  data: whichFacts.extend({ proposal: proposed, organisation: z.string() }),
  example: { ...whichExample, proposal: proposalExample, organisation: 'org_abcdefg' },
  readBy,
});
const ruleDeclined = defineEvent({
  type: 'cost.rule-declined',
  version: 1,
  summary: 'An organisation does not agree to another way of sharing. Told to it and to the host.',
  data: whichFacts.extend({ proposal: proposed, organisation: z.string(), reason: ruleDeclineReason }),
  example: { ...whichExample, proposal: proposalExample, organisation: 'org_abcdefg', reason: 'costs-more' },
  readBy,
});
const ruleWithdrawn = defineEvent({
  type: 'cost.rule-withdrawn',
  version: 1,
  summary: 'The host no longer proposes another way of sharing. Told to whom it was proposed.',
  data: whichFacts.extend({ proposal: proposed }),
  example: { ...whichExample, proposal: proposalExample },
  readBy,
});
const ruleChanged = defineEvent({
  type: 'cost.rule-changed',
  version: 1,
  summary:
    'All who have places or owe for one have agreed: the cost of a cohort is shared in another way from now on. Told to its host and to whoever has, owes for or awaits places there.',
  data: terms,
  example: termsExample,
  readBy,
});
const restated = defineEvent({
  type: 'cost.restated',
  version: 1,
  summary: 'What a cohort costs and how that is shared, told anew because events were lost. Told to its host.',
  data: planFacts,
  example: planExample,
  readBy,
});
const ruleRestated = defineEvent({
  type: 'cost.rule-restated',
  version: 1,
  summary:
    'How the cost of a cohort is shared, and what is proposed instead, told anew because events were lost. To whom a proposal or a change was told before.',
  data: terms.extend({ proposal: proposed.optional() }),
  example: { ...termsExample, proposal: proposalExample },
  readBy,
});

export const costPlanEvents = [
  planned,
  ruleProposed,
  ruleAgreed,
  ruleDeclined,
  ruleWithdrawn,
  ruleChanged,
  restated,
  ruleRestated,
];

/**
 * What happened to a cost plan. The host is told all that counts, so that shares can be worked out from its history; whoever
 * has places, of the rule alone; which organisations agree or do not, nobody else.
 */
export function eventsOfCostPlan(before: CostPlan | undefined, after: CostPlan): readonly Announcement[] {
  if (before?.version === after.version) return [];
  const { cohort, host, change } = after;
  const proposal = change.proposal ?? '';
  const which = { cohort, host };
  const isPlanned = planned.announce(planFactsOf(after), [host]);
  const isAgreed = agreementOf(after, (organisation) => {
    return ruleAgreed.announce({ ...which, proposal, organisation }, [organisation, host]);
  });
  switch (change.type) {
    case 'planned':
    case 'actual-recorded':
    case 'vat-treated':
      return [isPlanned];
    case 'rule-proposed':
      return [ruleProposed.announce({ ...which, ...termsOf(after.proposal ?? after), proposal }, audienceOf(after))];
    case 'rule-agreed':
      return isAgreed;
    case 'rule-changed':
      return [...isAgreed, ruleChanged.announce({ ...which, ...termsOf(after) }, audienceOf(after)), isPlanned];
    case 'rule-declined':
      return agreementOf(after, (organisation) => {
        const reason = change.reason ?? 'other';
        return ruleDeclined.announce({ ...which, proposal, organisation, reason }, [organisation, host]);
      });
    case 'rule-withdrawn':
      return [ruleWithdrawn.announce({ ...which, proposal }, audienceOf(after))];
    default:
      return [];
  }
}

/** How a cost plan stands at present. */
export function restateCostPlan(after: CostPlan): readonly Announcement[] {
  const { cohort, host, proposal, told } = after;
  const rule = {
    cohort,
    host,
    ...termsOf(after),
    ...(proposal === undefined ? {} : { proposal: proposal.digest }),
  };
  const ofRule = told === undefined ? [] : [ruleRestated.announce(rule, audienceOf(after))];
  return [restated.announce(planFactsOf(after), [host]), ...ofRule];
}

/** What is told of the organisation whose agreement or refusal the change was; nothing, when it was nobody's. */
function agreementOf({ change }: CostPlan, announce: (organisation: string) => Announcement): Announcement[] {
  return change.organisation === undefined ? [] : [announce(change.organisation)];
}

function termsOf({ rule, policy }: Pick<CostPlan, 'rule' | 'policy'>) {
  return { rule, policy };
}

function planFactsOf(plan: CostPlan) {
  const { cohort, host, firstDay, treatments } = plan;
  const { counted } = sharedCost(plan);
  const lines = counted.lines.map(({ id, shared }) => ({ id, pence: shared }));
  const { funding, toShare: shared } = counted;
  return { cohort, host, firstDay, ...termsOf(plan), lines, funding, shared, treatments };
}

function audienceOf({ host, told = [] }: CostPlan): string[] {
  return [...new Set([host, ...told])];
}
