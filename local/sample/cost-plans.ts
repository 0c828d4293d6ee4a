/** What the cohort of a programme of the sample data costs, and how its host shares that. */
export interface SampleCostPlan {
  /** The title of the programme. */
  readonly programme: string;
  /** Who plans it: in finance at its host, or a programme lead where no VAT treatment is chosen. */
  readonly by: string;
  /** As the API takes it. */
  readonly plan: {
    readonly rule: Readonly<Record<string, unknown>>;
    readonly lines: readonly Readonly<Record<string, unknown>>[];
    readonly funding?: readonly Readonly<Record<string, unknown>>[];
    readonly fewestViable: number;
  };
  /** VAT between the host and partners, by label; what is not chosen is to be confirmed. */
  readonly treatments: readonly { readonly of: string; readonly treatment: string }[];
}

/** A line of which the host recovers no VAT, because none is charged; amounts in pence. */
export const untaxed = (id: string, kind: string, description: string, net: number, vatTreatment: string) => {
  return { id, kind, description, planned: { net }, vatTreatment, vatRecoverable: false };
};

/**
 * The cost plans of the sample data, in pence, each with another rule: by places, at a fixed price, and evenly. Amounts are
 * invented, as are those who supply it.
 */
export const sampleCostPlans: readonly SampleCostPlan[] = [
  {
    programme: 'Aspiring Leaders',
    by: 'owen',
    plan: {
      rule: { by: 'places', host: true },
      lines: [
        untaxed('venue', 'venue', 'Rooms at King George Hospital', 960_000, 'outside-scope'),
        untaxed('facilitator', 'faculty', 'Facilitator, six days and what they prepare', 1_825_000, 'exempt'),
        {
          ...untaxed('materials', 'materials', 'Reading and printed matter', 133_333, 'standard'),
          supplier: 'Example Print Ltd',
          vatRecoverable: true,
        },
      ],
      fewestViable: 8,
    },
    treatments: [
      { of: 'RAT', treatment: 'outside-scope' },
      { of: 'R1H', treatment: 'outside-scope' },
      { of: 'RWK', treatment: 'outside-scope' },
      { of: 'Redbridge', treatment: 'standard' },
    ],
  },
  {
    programme: 'First-line Management for Clinical Managers',
    by: 'owen',
    plan: {
      rule: { by: 'fixed-price', price: 35_000 },
      lines: [
        untaxed('trainer', 'faculty', 'Trainer, four days', 780_000, 'exempt'),
        untaxed('lunches', 'other', 'Lunches', 285_000, 'outside-scope'),
      ],
      fewestViable: 6,
    },
    treatments: [],
  },
  {
    programme: 'Mentoring for Diversity',
    by: 'priya',
    plan: {
      rule: { by: 'evenly', host: true },
      lines: [
        untaxed('supervision', 'faculty', 'Supervision of mentors', 840_000, 'exempt'),
        untaxed('staff', 'own-staff-time', 'Half a day a week of a co-ordinator', 380_000, 'outside-scope'),
      ],
      funding: [{ id: 'grant', kind: 'grant', description: 'Grant for the first year', planned: 500_000 }],
      fewestViable: 3,
    },
    treatments: [],
  },
];
