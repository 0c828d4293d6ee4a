import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { beginningOf, dayOf } from '../clock.ts';
import { freezesOn } from '../cohorts/cohort-plan.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { findLedger, stillDraft } from '../places/cohort-ledger.ts';
import { checkSharers } from './check-sharers.ts';
import { answerCostPlan, costPlanAnswerSchema } from './cost-plan-answer.ts';
import { costPlanDetails, type CostPlan } from './cost-plan.ts';
import { costPlanReplaced, readCostPlan } from './costs-items.ts';
import { costPlanErrors } from './shared-cost.ts';
import { readShares } from './shares-items.ts';
import { usualPolicy, type SharingRule } from './sharing-rule.ts';

/** How often the write is tried again that the opening of the cohort has overtaken. */
const attempts = 3;

/** The rule of a plan that is made once the cohort is open: nobody has claimed by another, so the host bears all. */
const hostBearsAll: SharingRule = { by: 'fixed-price', price: 0 };

const input = z.strictObject({
  cohort: cohortId,
  ...costPlanDetails,
  funding: costPlanDetails.funding.default([]),
  rule: costPlanDetails.rule
    .optional()
    .describe('How the cost is shared; without it, as it is. It is fixed when the cohort opens'),
  policy: costPlanDetails.policy
    .optional()
    .describe('What a place owes that was given back, released or not attended; without it, as it is, or as is usual'),
});
type Given = z.infer<typeof input>;

/**
 * Sets what a cohort costs, and how that is shared, all of it anew; `If-Match: "0"` makes the first plan.
 *
 * 1. Until the cohort opens everything may change. The write of another rule or policy is one transaction with the check
 *    that there is no ledger yet: nobody can claim by a rule and be charged by another.
 * 2. Once it is open the rule and the policy stay (`cost.rule-fixed`; propose-sharing-rule). The first plan of an open
 *    cohort has the rule that the host bears all, because others have claimed without knowing any.
 * 3. From the freeze date on what is planned stays too (`cost.frozen`), also when the cohort is moved to later days once shares
 *    were posted: actual amounts, VAT and what says no amount may change.
 *
 * Refusals: these, `request.stale`, `request.busy`, `request.invalid` for what does not fit together. Causes cost.planned.
 */
export const setCostPlan = defineOperation({
  name: 'set-cost-plan',
  summary: 'Set what a cohort costs and how that is shared',
  kind: 'change',
  input,
  output: costPlanAnswerSchema,
  example: {
    cohort: 'coh_0123456789ab',
    lines: [
      {
        id: 'venue',
        kind: 'venue',
        description: 'Two days at King George Hospital',
        supplier: 'Example Venues Ltd',
        planned: { net: 960_000 },
        vatTreatment: 'standard',
        vatRecoverable: false,
      },
    ],
  },
  refusals: ['request.stale', 'request.busy', 'cost.rule-fixed', 'cost.frozen'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, given, cohort) {
    const { table } = context;
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'set-cost-plan', given);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await readCostPlan(table, cohort.id);
      const isOpened = (await findLedger(table, cohort.id)) !== undefined;
      if (before !== undefined && isOwnWrite(before, seen, request)) {
        return answerCostPlan(context, before, { cohort, isOpened });
      }
      if ((before?.version ?? 0) !== seen) throw refusal('request.stale');
      const plan = await plannedAnew(context, given, before, { cohort, isOpened });
      const change = { ...changeNow(context, 'planned'), request };
      const next = { ...plan, request: before?.request ?? request, version: seen + 1, change };
      const isFixedAnew = !isDeepStrictEqual(rulesOf(next), before && rulesOf(before));
      const replaced = costPlanReplaced(next);
      const isWritten =
        isFixedAnew && !isOpened
          ? await table.transact([replaced, stillDraft(cohort.id)])
          : await table.put(replaced.put, replaced.onlyIf);
      if (isWritten) return answerCostPlan(context, next, { cohort, isOpened });
    }
    throw refusal('request.busy');
  },
});

/** What the plan is to be. Refuses what may not change any more, and what does not fit together. */
async function plannedAnew(
  context: Context,
  { cohort: id, ...given }: Given,
  before: CostPlan | undefined,
  { cohort, isOpened }: { readonly cohort: Cohort; readonly isOpened: boolean },
) {
  const rule = given.rule ?? before?.rule ?? (isOpened ? hostBearsAll : undefined);
  const policy = given.policy ?? before?.policy ?? usualPolicy;
  if (rule === undefined) {
    throw refusal('request.invalid', undefined, { fields: [{ field: 'rule', message: 'Say how the cost is shared' }] });
  }
  const { proposal, settled, told, treatments = {} } = before ?? {};
  const { host, firstDay } = cohort;
  const kept = { treatments, proposal, settled, told };
  const plan = { cohort: id, host, firstDay, ...kept, ...given, rule, policy };
  const fixed = before === undefined ? { rule: hostBearsAll, policy } : rulesOf(before);
  if (isOpened && !isDeepStrictEqual(rulesOf(plan), fixed)) throw refusal('cost.rule-fixed');
  if (isOpened && before !== undefined && !isDeepStrictEqual(plannedIn(plan), plannedIn(before))) {
    await checkNotFrozen(context, cohort);
  }
  const fields = costPlanErrors(plan);
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  await checkSharers(context.table, rule);
  return plan;
}

/** Refuses with `cost.frozen` once the freeze date has come, or shares were posted by an earlier one. */
async function checkNotFrozen({ table, clock }: Context, cohort: Cohort): Promise<void> {
  const date = freezesOn(cohort);
  const frozen = (await readShares(table, cohort.id))?.frozen;
  if (frozen === undefined && clock.now() < beginningOf(date)) return;
  const facts = { freezesOn: frozen === undefined ? date : dayOf(new Date(frozen.at)) };
  throw refusal('cost.frozen', undefined, { facts });
}

function rulesOf({ rule, policy }: Pick<CostPlan, 'rule' | 'policy'>) {
  return { rule, policy };
}

/** The planned amounts by their lines, and what else is planned. A line that comes later with nothing planned adds nothing. */
function plannedIn({ lines, funding, fewestViable }: Pick<CostPlan, 'lines' | 'funding' | 'fewestViable'>) {
  const planned = lines.filter(({ planned: { net, vat = 0 } }) => net + vat > 0);
  const funded = funding.filter((source) => source.planned > 0);
  return {
    planned: Object.fromEntries(planned.map((line) => [line.id, line.planned])),
    funded: Object.fromEntries(funded.map((source) => [source.id, source.planned])),
    fewestViable,
  };
}
