import type { OperationName } from '../access.ts';

/** Where an application can stand. */
export const applicationStatuses = [
  'applied',
  'nominated',
  'endorsed',
  'declined',
  'withdrawn',
  'selected',
  'alternate',
  'not-selected',
] as const;
export type ApplicationStatus = (typeof applicationStatuses)[number];

/** A way from one status to another: the operations that lead there, and what is told. */
interface ApplicationStep {
  /** Undefined: there was no application of the person. */
  readonly from: ApplicationStatus | undefined;
  readonly to: ApplicationStatus;
  readonly by: readonly OperationName[];
  readonly told: readonly string[];
}

const applies = { to: 'applied', by: ['submit-application'], told: ['application.submitted'] } as const;
const isNominated = { to: 'nominated', by: ['nominate-person'], told: ['application.submitted'] } as const;
const isEndorsed = { to: 'endorsed', by: ['endorse-application'], told: ['application.endorsed'] } as const;
const isDeclined = { to: 'declined', by: ['decline-application'], told: ['application.declined'] } as const;
const isWithdrawn = { to: 'withdrawn', by: ['withdraw-application'], told: ['application.withdrawn'] } as const;
const isNotSelected = { to: 'not-selected', told: ['application.not-selected'] } as const;

/** Every way that there is. Each step of an application holds to it (`mayBecome`), and docs/states.md draws it. */
export const applicationSteps: readonly ApplicationStep[] = [
  { from: undefined, ...applies },
  { from: undefined, ...isNominated },
  { from: 'applied', ...isEndorsed },
  { from: 'nominated', ...isEndorsed },
  { from: 'applied', ...isDeclined },
  { from: 'nominated', ...isDeclined },
  { from: 'endorsed', to: 'selected', by: ['select-applicants'], told: ['application.selected'] },
  { from: 'endorsed', to: 'alternate', by: ['select-applicants'], told: ['application.made-alternate'] },
  { from: 'endorsed', by: ['select-applicants'], ...isNotSelected },
  { from: 'alternate', to: 'selected', by: ['take-alternate'], told: ['application.selected'] },
  { from: 'alternate', by: ['take-alternate'], ...isNotSelected },
  { from: 'selected', by: ['select-applicants', 'take-alternate'], ...isNotSelected },
  { from: 'applied', ...isWithdrawn },
  { from: 'nominated', ...isWithdrawn },
  { from: 'endorsed', ...isWithdrawn },
  { from: 'alternate', ...isWithdrawn },
  { from: 'selected', ...isWithdrawn },
  { from: 'declined', ...isWithdrawn },
  { from: 'not-selected', ...isWithdrawn },
  { from: 'withdrawn', ...applies },
  { from: 'withdrawn', ...isNominated },
];

/** Whether there is a way from one status to another; from undefined, whether an application can begin so. */
export function mayBecome(from: ApplicationStatus | undefined, to: ApplicationStatus): boolean {
  return applicationSteps.some((step) => step.from === from && step.to === to);
}
