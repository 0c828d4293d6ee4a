import { untaxed, type SampleCostPlan } from './cost-plans.ts';

/** A cohort of the sample data that is over: its host, by label, what it cost, who claimed in this order, who was named. */
export interface PastCohort {
  readonly host: string;
  readonly cohort: {
    readonly venue: string;
    readonly capacity: number;
    readonly waitlist: number;
    readonly limit: number;
  };
  readonly costs: SampleCostPlan;
  readonly claims: readonly { readonly by: string; readonly quantity: number }[];
  /** People, by their reference, on the places that their organisation has, in this order. */
  readonly named: readonly { readonly by: string; readonly references: readonly string[] }[];
}

/** By places: six of seven are others', and Homerton waits for one that comes free. */
const leaders: PastCohort = {
  host: 'RF4',
  cohort: { venue: 'King George Hospital, Ilford', capacity: 7, waitlist: 3, limit: 3 },
  costs: {
    programme: 'Aspiring Leaders',
    by: 'owen',
    plan: {
      rule: { by: 'places', host: true },
      lines: [
        untaxed('venue', 'venue', 'Rooms at King George Hospital', 320_000, 'outside-scope'),
        untaxed('facilitator', 'faculty', 'Facilitator, two days', 610_000, 'exempt'),
        {
          ...untaxed('materials', 'materials', 'Reading and printed matter', 51_245, 'standard'),
          supplier: 'Example Print Ltd',
          vatRecoverable: true,
        },
      ],
      fewestViable: 4,
    },
    treatments: [
      { of: 'RAT', treatment: 'outside-scope' },
      { of: 'R1H', treatment: 'outside-scope' },
      { of: 'RQX', treatment: 'outside-scope' },
      { of: 'Redbridge', treatment: 'standard' },
    ],
  },
  claims: [
    { by: 'RAT', quantity: 3 },
    { by: 'R1H', quantity: 2 },
    { by: 'Redbridge', quantity: 1 },
    { by: 'RF4', quantity: 1 },
    { by: 'RQX', quantity: 1 },
  ],
  named: [
    { by: 'RAT', references: ['NELFT-2002', 'NELFT-2003', 'NELFT-2004'] },
    { by: 'R1H', references: ['BARTS-3001', 'BARTS-3002'] },
    { by: 'Redbridge', references: ['LBR-5002'] },
    { by: 'RF4', references: ['BHR-1002'] },
  ],
};

/** At a fixed price, the other way round: so that two of them owe each other something. */
const mentoring: PastCohort = {
  host: 'RAT',
  cohort: { venue: 'Goodmayes Hospital', capacity: 4, waitlist: 2, limit: 2 },
  costs: {
    programme: 'Mentoring for Diversity',
    by: 'rosa',
    plan: {
      rule: { by: 'fixed-price', price: 45_000 },
      lines: [
        untaxed('supervision', 'faculty', 'Supervision of mentors', 150_000, 'exempt'),
        untaxed('rooms', 'venue', 'Rooms at Goodmayes Hospital', 36_000, 'outside-scope'),
      ],
      fewestViable: 2,
    },
    treatments: [
      { of: 'RF4', treatment: 'outside-scope' },
      { of: 'Larkfield', treatment: 'standard' },
    ],
  },
  claims: [
    { by: 'RF4', quantity: 2 },
    { by: 'Larkfield', quantity: 2 },
  ],
  named: [
    { by: 'RF4', references: ['BHR-1001', 'BHR-1003'] },
    { by: 'Larkfield', references: ['LARK-9001', 'LARK-9002'] },
  ],
};

/** The cohorts of the months before: pilots of programmes that go on, whose cost was posted, stated and in part paid. */
export const pastCohorts = { leaders, mentoring } as const;
