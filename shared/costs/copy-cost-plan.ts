import { changeNow } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { stillDraft } from '../places/cohort-ledger.ts';
import { costPlanReplaced, readCostPlan } from './costs-items.ts';
import type { CostLine, Funding } from './cost-plan.ts';
import { costPlanErrors } from './shared-cost.ts';

interface Copied {
  readonly from: string;
  readonly to: Pick<Cohort, 'id' | 'host' | 'firstDay'>;
  /** The digest of the request that copies. */
  readonly request: string;
}

/**
 * Gives a draft the cost plan of another cohort of its host: lines and funding as they were planned, rule, policy, fewest
 * viable places, and to what the income is booked. What it came to, references of its invoices, how VAT is treated between the host and partners, and what was
 * proposed stay behind. Does nothing where there is no plan to copy, where the draft has one already or was opened, or where
 * the plan does not fit together by the rates of VAT on the new first day; so it may be done again. Causes cost.planned.
 */
export async function copyCostPlan(context: Context, { from, to, request }: Copied): Promise<void> {
  const copied = await readCostPlan(context.table, from);
  if (copied === undefined) return;
  const { rule, policy, fewestViable, costCentre, reference } = copied;
  const plan = {
    cohort: to.id,
    host: to.host,
    firstDay: to.firstDay,
    lines: copied.lines.map(asPlanned),
    funding: copied.funding.map(asPlanned),
    rule,
    policy,
    ...(fewestViable === undefined ? {} : { fewestViable }),
    ...(costCentre === undefined ? {} : { costCentre }),
    ...(reference === undefined ? {} : { reference }),
    treatments: {},
    request,
    version: 1,
    change: { ...changeNow(context, 'planned'), request },
  };
  if (costPlanErrors(plan).length > 0) return;
  await context.table.transact([costPlanReplaced(plan), stillDraft(to.id)]);
}

/** A line, or a source of funding, without what is known of it by now. */
function asPlanned<Planned extends CostLine | Funding>({
  actual: _actual,
  reference: _reference,
  ...planned
}: Planned) {
  return planned;
}
