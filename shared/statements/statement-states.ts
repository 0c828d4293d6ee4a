/** Where a statement can stand. */
export const statementStatuses = ['issued', 'disputed', 'answered', 'agreed', 'settled'] as const;
export type StatementStatus = (typeof statementStatuses)[number];

/** A way from one status to another: the types of the statement's changes that lead there, and what is told. */
export interface StatementStep {
  /** Undefined: there was no statement for the period. */
  readonly from: StatementStatus | undefined;
  readonly to: StatementStatus;
  readonly by: readonly string[];
  readonly told: readonly string[];
}

const isAgreed = { to: 'agreed', by: ['agreed'], told: ['statement.agreed'] } as const;
/** Of a statement that comes to nought nothing is to be paid. */
const isAgreedOfNought = { to: 'settled', by: ['agreed'], told: ['statement.agreed'] } as const;
const isDisputed = { to: 'disputed', by: ['disputed'], told: ['statement.disputed'] } as const;

/**
 * Every way that there is. Each step of a statement holds to it (`mayBecome`), and docs/states.md draws it. From `agreed` none
 * leads back: what was agreed stays as it is.
 */
export const statementSteps: readonly StatementStep[] = [
  { from: undefined, to: 'issued', by: ['issued'], told: ['statement.issued'] },
  { from: 'issued', ...isAgreed },
  { from: 'issued', ...isAgreedOfNought },
  { from: 'issued', ...isDisputed },
  { from: 'disputed', to: 'answered', by: ['answered'], told: ['statement.answered'] },
  { from: 'answered', ...isAgreed },
  { from: 'answered', ...isAgreedOfNought },
  { from: 'answered', ...isDisputed },
  { from: 'agreed', to: 'settled', by: ['settled'], told: ['statement.settled'] },
];

/** Whether there is a way from one status to another. */
export function mayBecome(from: StatementStatus, to: StatementStatus): boolean {
  return statementSteps.some((step) => step.from === from && step.to === to);
}
