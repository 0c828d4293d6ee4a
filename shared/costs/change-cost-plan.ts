import { changeNow, requestDigest } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { expectedVersionOf } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { answerCostPlan, type CostPlanAnswer } from './cost-plan-answer.ts';
import type { CostPlan } from './cost-plan.ts';
import { costPlanReplaced, readCostPlan } from './costs-items.ts';
import { costPlanErrors } from './shared-cost.ts';

/** What is done to a plan: by which operation, with what, and what the change is called. */
interface PlanChange {
  readonly operation: 'record-actual-costs' | 'set-vat-treatment';
  readonly type: 'actual-recorded' | 'vat-treated';
  readonly given: unknown;
}

/** What neither the rule, the policy nor a planned amount is: it may change at any time. */
type Changeable = Partial<Pick<CostPlan, 'lines' | 'funding' | 'treatments'>>;

/**
 * Changes a plan that is there on condition of the version seen, and answers it as the host sees it; sent again it is
 * answered again. `decide` says what becomes of the plan that was seen, or refuses.
 *
 * Refusals: `cost.not-found`, `request.stale`, `request.invalid` for what does not fit together any more.
 */
export async function changeCostPlan(
  context: Context,
  cohort: Cohort,
  { operation, type, given }: PlanChange,
  decide: (plan: CostPlan) => Changeable,
): Promise<CostPlanAnswer> {
  const { table } = context;
  const seen = expectedVersionOf(context);
  const request = requestDigest(context, operation, given);
  const isOpened = (await findLedger(table, cohort.id)) !== undefined;
  const before = await readCostPlan(table, cohort.id);
  if (before === undefined) throw refusal('cost.not-found');
  if (isOwnWrite(before, seen, request)) return answerCostPlan(context, before, { cohort, isOpened });
  if (before.version !== seen) throw refusal('request.stale');
  const change = { ...changeNow(context, type), request };
  const next = { ...before, ...decide(before), firstDay: cohort.firstDay, version: seen + 1, change };
  const fields = costPlanErrors(next);
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  const { put, onlyIf } = costPlanReplaced(next);
  if (await table.put(put, onlyIf)) return answerCostPlan(context, next, { cohort, isOpened });
  const now = await readCostPlan(table, cohort.id);
  if (now !== undefined && isOwnWrite(now, seen, request)) return answerCostPlan(context, now, { cohort, isOpened });
  throw refusal('request.stale');
}
