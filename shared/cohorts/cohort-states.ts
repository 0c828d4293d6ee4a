/** Where a cohort can stand: a draft has no ledger; the others are the `status` of its ledger (shared/places). */
export const cohortStates = ['draft', 'open', 'closed', 'cancelled'] as const;
export type CohortState = (typeof cohortStates)[number];

/** The one way from one state of a cohort to another: the type of the change, and what is told of it. */
interface CohortStep {
  readonly from: CohortState;
  readonly to: CohortState;
  readonly by: string;
  readonly told: readonly string[];
}

/** Every way that there is. The writes of a status hold to it (`ledgerStatesBefore`), and docs/states.md draws it. */
export const cohortSteps = [
  { from: 'draft', to: 'open', by: 'opened', told: ['cohort.opened'] },
  { from: 'draft', to: 'cancelled', by: 'cancelled', told: ['cohort.cancelled'] },
  { from: 'open', to: 'closed', by: 'closed', told: ['cohort.closed'] },
  { from: 'open', to: 'cancelled', by: 'cancelled', told: ['cohort.cancelled'] },
  { from: 'closed', to: 'cancelled', by: 'cancelled', told: ['cohort.cancelled'] },
] as const satisfies readonly CohortStep[];

/** The states of a ledger from which a cohort comes to this one; a draft, which has none, is left out. */
export function ledgerStatesBefore(state: CohortState): Exclude<CohortState, 'draft'>[] {
  return cohortSteps.flatMap(({ from, to }) => (to === state && from !== 'draft' ? [from] : []));
}
