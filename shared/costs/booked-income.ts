import type { CostPlan } from './cost-plan.ts';

/** To what a host books what partners pay for a cohort. */
export interface BookedIncome {
  readonly costCentre: string | undefined;
  readonly reference: string | undefined;
}

/**
 * The cost centre and the reference to which the host of a plan books what partners pay: those of the plan itself; where it says none,
 * those of its lines, if every line has the same one. Otherwise undefined: a line of a journal has one, and none is guessed.
 */
export function bookedIncome(plan: Pick<CostPlan, 'lines' | 'costCentre' | 'reference'>): BookedIncome {
  return {
    costCentre: plan.costCentre ?? agreedOn(plan.lines.map(({ costCentre }) => costCentre)),
    reference: plan.reference ?? agreedOn(plan.lines.map(({ reference }) => reference)),
  };
}

function agreedOn(given: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = new Set(given);
  return others.length === 0 ? first : undefined;
}
