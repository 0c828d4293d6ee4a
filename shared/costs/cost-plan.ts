import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { pence } from './pence.ts';
import { costCentre, reference } from './references.ts';
import { placePolicySchema, sharingRuleSchema } from './sharing-rule.ts';
import { vatTreatment } from './vat.ts';

/** The most lines, and the most sources of funding, in one plan. */
export const mostLines = 60;

const lineId = z
  .string()
  .regex(/^[a-z0-9-]{1,30}$/, 'Lower case letters, digits and hyphens')
  .describe('What tells the line from the others, such as `venue`; it stays when the line changes');

/** An amount of a line: net, and the VAT that its supplier charges, where it is not simply the rate of the treatment. */
const amountSchema = z.strictObject({
  net: pence,
  vat: pence.optional().describe('As on the invoice; without it, by the treatment and its rate on the first day'),
});

export const costLineSchema = z.strictObject({
  id: lineId,
  kind: z.enum(['venue', 'faculty', 'materials', 'travel', 'own-staff-time', 'other']),
  description: z.string().trim().min(1).max(120),
  supplier: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .optional()
    .describe('Who supplies it to the host; without it, the host itself'),
  planned: amountSchema,
  actual: amountSchema.optional().describe('What it came to; it counts instead of what was planned'),
  vatTreatment: vatTreatment.describe('Between the supplier and the host, as the finance of the host chose it'),
  vatRecoverable: z.boolean().describe('Whether the host recovers that VAT; if not, it is itself shared cost'),
  costCentre: costCentre.optional(),
  reference: reference.optional(),
});
export type CostLine = z.infer<typeof costLineSchema>;

export const fundingSchema = z.strictObject({
  id: lineId,
  kind: z.enum(['levy', 'grant', 'other']),
  description: z.string().trim().min(1).max(120),
  planned: pence,
  actual: pence.optional(),
  reference: reference.optional(),
});
export type Funding = z.infer<typeof fundingSchema>;

/** What the finance of a host decides about the cost of a cohort; the rule and the policy are fixed when the cohort opens. */
export const costPlanDetails = {
  lines: z.array(costLineSchema).max(mostLines),
  funding: z.array(fundingSchema).max(mostLines),
  rule: sharingRuleSchema.describe('How the cost is shared'),
  policy: placePolicySchema.describe('What a place owes that was given back, released or not attended'),
  fewestViable: z
    .int()
    .min(1)
    .max(150)
    .optional()
    .describe('With how many places at least one would run this alone: against that it is shown what sharing saved'),
  costCentre: costCentre
    .optional()
    .describe(
      'To which cost centre of the host its journal books what partners pay; without it, the one of all lines, if they agree',
    ),
  reference: reference
    .optional()
    .describe(
      'Under which reference the journal of the host books what partners pay; without it, the one of all lines, if they agree',
    ),
};

/** Why an organisation does not agree to another rule. A code never changes its meaning. */
export const ruleDeclineReason = z
  .enum(['costs-more', 'not-budgeted', 'not-fair', 'not-explained', 'other'])
  .describe('Why not');

/** That the host proposes another rule or policy after the opening: it holds once all who have places, or owe for one, agree. */
export const ruleProposalSchema = z.object({
  rule: sharingRuleSchema,
  policy: placePolicySchema,
  /** What names exactly this proposal, for who agrees to it. */
  digest: z.string(),
  proposedAt: z.iso.datetime(),
  /** Who has agreed to exactly this; the host by proposing it. */
  agreed: z.array(z.string()),
  /** Who does not, and why; they may still agree. */
  declined: z.array(z.object({ organisation: z.string(), reason: ruleDeclineReason })),
});
export type RuleProposal = z.infer<typeof ruleProposalSchema>;

/** The cost plan of a cohort: seen by the host's finance and leads; a partner sees its own share and the rule. */
export const costPlanSchema = z.object({
  pk: z.string(),
  sk: z.literal('COSTS'),
  cohort: z.string(),
  host: z.string(),
  /** The first day of the cohort as VAT rates are looked up by it; the plan follows a cohort that is moved when it is next written. */
  firstDay: z.iso.date(),
  ...costPlanDetails,
  /** Between the host as supplier and each partner as customer; who is not listed is `to-be-confirmed`. */
  treatments: z.record(z.string(), vatTreatment),
  proposal: ruleProposalSchema.optional(),
  /** Which proposal made the rule what it is, where one did. */
  settled: z.string().optional(),
  /** Who had, owed for or awaited places when something was last proposed or changed, and hence was told. */
  told: z.array(z.string()).optional(),
  /** The digest of the request that made it. */
  request: z.string(),
  version: z.int(),
  /** Of a change of the rule: about which proposal, and by which organisation's agreement or refusal. */
  change: changeSchema.extend({
    proposal: z.string().optional(),
    organisation: z.string().optional(),
    reason: ruleDeclineReason.optional(),
  }),
});
export type CostPlan = z.infer<typeof costPlanSchema>;
