import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { ledgerUnchanged } from '../places/cohort-ledger.ts';
import type { CostPlan, RuleProposal } from './cost-plan.ts';
import { costPlanReplaced } from './costs-items.ts';
import { isAgreedBy, toldOf, type Agreeing } from './rule-agreement.ts';

/** What is done about a proposal: what it is called, and by whose agreement or request. */
interface ProposalStep {
  readonly type: 'rule-proposed' | 'rule-agreed';
  readonly organisation?: string;
  readonly request?: string;
}

/**
 * Writes a proposal as it is from now on, on condition that the plan is of the version read. When all who have or owe for a place have
 * agreed to it, it becomes the rule instead: in one transaction with the check that the ledger by which that was decided is
 * as it was, so that whoever gets a place at that very moment has either agreed too, or claims by the new rule. Undefined
 * when another change came first.
 */
export async function writeProposal(
  context: Context,
  { proposal: _before, ...plan }: CostPlan,
  proposal: RuleProposal,
  agreeing: Agreeing,
  step: ProposalStep,
): Promise<CostPlan | undefined> {
  const { table } = context;
  const { digest, rule, policy } = proposal;
  const isAgreed = isAgreedBy(proposal, agreeing);
  const change = { ...changeNow(context, step.type), ...step, proposal: digest };
  const next = { ...plan, told: toldOf(agreeing), version: plan.version + 1 };
  if (!isAgreed) {
    const waiting: CostPlan = { ...next, proposal, change };
    const { put, onlyIf } = costPlanReplaced(waiting);
    return (await table.put(put, onlyIf)) ? waiting : undefined;
  }
  const changed: CostPlan = { ...next, rule, policy, settled: digest, change: { ...change, type: 'rule-changed' } };
  const isWritten = await table.transact([costPlanReplaced(changed), ledgerUnchanged(plan.cohort, agreeing.ledger)]);
  return isWritten ? changed : undefined;
}
