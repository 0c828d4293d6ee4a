import * as z from 'zod';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation } from '../operation.ts';
import { answerCostPlan, type CostPlanAnswer } from './cost-plan-answer.ts';
import type { CostPlan, RuleProposal } from './cost-plan.ts';
import { readCostPlan } from './costs-items.ts';
import { findAgreeing, type Agreeing } from './rule-agreement.ts';

/** How often a decision is tried again that another change of the plan, or of the places, has overtaken. */
const attempts = 10;

export const proposalName = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{26}$/, 'This does not name a proposal')
  .describe('Which proposal exactly, as the cost plan names it');

/** What an organisation decides by: the plan, its pending proposal, and who has to agree as places are. */
interface Decision {
  readonly organisation: string;
  readonly plan: CostPlan;
  readonly proposal: RuleProposal;
  readonly agreeing: Agreeing;
}

interface Steps {
  /** Whether the plan is already what this decision makes of it: the request came before. */
  readonly isDone: (plan: CostPlan, organisation: string) => boolean;
  /** Undefined when another change came first. */
  readonly decide: (decision: Decision) => Promise<CostPlan | undefined>;
}

/**
 * Has the organisation acted for decide about exactly the proposal that it names, and answers the plan as it then is. Other
 * changes of the plan do not stand in its way. Repeated, it is answered again.
 *
 * Refusals: `cost.not-found`, `cost.no-proposal` when there is another one or none, `cost.not-asked` for an organisation
 * that neither has a confirmed place nor owes for one, `cohort.already-ended`, `request.busy`.
 */
export async function decideProposal(
  context: Context,
  cohort: Cohort,
  name: string,
  { isDone, decide }: Steps,
): Promise<CostPlanAnswer> {
  const organisation = actingOrganisation(context);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const plan = await readCostPlan(context.table, cohort.id);
    if (plan === undefined) throw refusal('cost.not-found');
    const answer = (one: CostPlan) => answerCostPlan(context, one, { cohort, isOpened: true });
    if (isDone(plan, organisation)) return answer(plan);
    const { proposal } = plan;
    if (proposal?.digest !== name) throw refusal('cost.no-proposal');
    const agreeing = await findAgreeing(context, plan);
    if (organisation !== cohort.host && !agreeing.parties.has(organisation)) throw refusal('cost.not-asked');
    const next = await decide({ organisation, plan, proposal, agreeing });
    if (next !== undefined) return answer(next);
  }
  throw refusal('request.busy');
}
