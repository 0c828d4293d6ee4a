/** For whom a programme is; a list that is empty is for all. */
interface SampleAudience {
  readonly staffGroups: readonly string[];
  readonly organisationKinds: readonly string[];
  readonly bands: readonly string[];
  readonly requirements: readonly string[];
}

/** An application to a cohort: somebody's own, or their nomination of somebody on record, by that one's reference. */
export interface SampleApplication {
  /** The organisation, by its label, and who of it does so, by short name. */
  readonly at: string;
  readonly by: string;
  readonly nominates?: string;
  readonly statement: string;
  /** Whether their organisation stands behind it. */
  readonly endorsed?: true;
}

/** A programme of the sample data, its cohort, who has claimed places there, in this order, and who is named on one. */
export interface SampleProgramme {
  /** The organisation that hosts it, by its label. */
  readonly host: string;
  readonly details: {
    readonly title: string;
    readonly aim: string;
    readonly audience: SampleAudience;
    readonly skills: readonly string[];
  };
  /** Those it is shared with, by label; without them it is shared with all. */
  readonly sharedWith?: readonly string[];
  readonly cohort: {
    /** Weeks from today to the first session. */
    readonly startsInWeeks: number;
    /** How many sessions there are, spread evenly over so many months. */
    readonly sessions: number;
    readonly months: number;
    readonly venue: string;
    readonly capacity: number;
    readonly waitlist: number;
    readonly limit: number;
    /** Places held for partners, by label, until so many days before the first. */
    readonly held?: {
      readonly daysBefore: number;
      readonly places: readonly { readonly of: string; readonly places: number }[];
    };
    /** How places are allocated, and people apply, until so many weeks from today. */
    readonly allocation?: { readonly closesInWeeks: number; readonly method: 'in-turn' };
    readonly applications?: { readonly closesInWeeks: number };
  };
  readonly claims: readonly { readonly by: string; readonly quantity: number; readonly reason?: string }[];
  readonly applications?: readonly SampleApplication[];
  /** Who is named on a place already, by their reference at their organisation. */
  readonly named?: readonly { readonly by: string; readonly reference: string }[];
}

const everybody: SampleAudience = { staffGroups: [], organisationKinds: [], bands: [], requirements: [] };
const clinicians = ['allied-health-professionals', 'doctors', 'nurses-and-midwives', 'scientists'];

/**
 * The programmes of the sample data, each with one cohort: titles, audiences, places and lengths as the leadership debates
 * describe them. One holds places for partners; one is shared with named trusts only; one is full, with somebody waiting; one
 * is allocated after a closing date; and to one people apply.
 */
export const sampleProgrammes: readonly SampleProgramme[] = [
  {
    host: 'RF4',
    details: {
      title: 'Aspiring Leaders',
      aim: 'Develops people who could lead for the whole local service, and not for their own organisation alone.',
      // Bands as trusts have them; `other` for the local authority's staff, whom the programme takes as well.
      audience: {
        ...everybody,
        staffGroups: [...clinicians, 'clinical-managers', 'managers', 'local-authority-staff'],
        bands: ['7', '8a', '8b', 'medical', 'other'],
      },
      skills: ['strategy', 'culture', 'partnership'],
    },
    cohort: {
      startsInWeeks: 16,
      sessions: 6,
      months: 6,
      venue: 'King George Hospital, Ilford',
      capacity: 20,
      waitlist: 10,
      limit: 6,
      held: {
        daysBefore: 28,
        places: [
          { of: 'Redbridge', places: 2 },
          { of: 'Newham', places: 1 },
          { of: 'Eastern', places: 1 },
        ],
      },
    },
    claims: [
      { by: 'RAT', quantity: 4 },
      { by: 'R1H', quantity: 4 },
      { by: 'RWK', quantity: 3 },
    ],
    named: [{ by: 'Redbridge', reference: 'LBR-5001' }],
  },
  {
    host: 'R1H',
    details: {
      title: 'Prepare to Lead',
      aim: 'A year beside a mentor for clinicians who are ready for their first leadership post.',
      audience: { ...everybody, staffGroups: clinicians, bands: ['6', '7', '8a', 'medical'] },
      skills: ['high-quality-outcomes', 'culture'],
    },
    cohort: {
      startsInWeeks: 10,
      sessions: 10,
      months: 12,
      venue: 'The Royal London Hospital',
      capacity: 21,
      waitlist: 8,
      limit: 5,
      applications: { closesInWeeks: 5 },
    },
    claims: [],
    applications: [
      {
        at: 'RAT',
        by: 'ruth',
        nominates: 'NELFT-2004',
        statement: 'Has run the night team through a hard winter, and is ready for a post of her own.',
        endorsed: true,
      },
      {
        at: 'RF4',
        by: 'nadia',
        nominates: 'BHR-1004',
        statement: 'Leads our work on falls across two sites without having been asked to.',
        endorsed: true,
      },
      {
        at: 'RAT',
        by: 'quentin',
        statement: 'I came to governance from the wards, and would like to lead a service.',
      },
    ],
  },
  {
    host: 'RWK',
    details: {
      title: 'Aspiring Nurse Directors',
      aim: 'For senior nurses and midwives within two years of a post on a board.',
      audience: {
        ...everybody,
        staffGroups: ['nurses-and-midwives'],
        organisationKinds: ['trust', 'foundation-trust'],
        bands: ['8b', '8c', '8d', '9'],
      },
      skills: ['strategy', 'governance', 'high-quality-outcomes'],
    },
    cohort: {
      startsInWeeks: 20,
      sessions: 8,
      months: 12,
      venue: 'Education centre, Stratford',
      capacity: 14,
      waitlist: 14,
      limit: 3,
      allocation: { closesInWeeks: 6, method: 'in-turn' },
    },
    claims: [
      { by: 'RF4', quantity: 2, reason: 'Two of our divisions have a nurse director who retires next year' },
      { by: 'RAT', quantity: 1, reason: 'For whoever is to lead community nursing' },
      { by: 'R1H', quantity: 3, reason: 'One for each of three hospitals' },
    ],
  },
  {
    host: 'RAT',
    details: {
      title: 'Mentoring for Diversity',
      aim: 'Twelve pairs over eighteen months: senior leaders and people whom leadership has too few of.',
      audience: everybody,
      skills: ['equality', 'culture'],
    },
    cohort: {
      startsInWeeks: 8,
      sessions: 18,
      months: 18,
      venue: 'Goodmayes Hospital',
      capacity: 12,
      waitlist: 12,
      limit: 3,
    },
    claims: [
      { by: 'Larkfield', quantity: 2 },
      { by: 'Newham', quantity: 2 },
    ],
  },
  {
    host: 'RRV',
    details: {
      title: 'Next Generation Chief Executive',
      aim: 'For executives who could lead an organisation within three years. By invitation of named trusts.',
      audience: { ...everybody, staffGroups: ['executives'], bands: ['9', 'very-senior', 'medical'] },
      skills: ['strategy', 'governance', 'partnership'],
    },
    sharedWith: ['RF4', 'RAT', 'R1H', 'RWK', 'RQX'],
    cohort: {
      startsInWeeks: 24,
      sessions: 9,
      months: 12,
      venue: 'Education centre, Euston',
      capacity: 14,
      waitlist: 4,
      limit: 2,
    },
    claims: [{ by: 'RF4', quantity: 1 }],
  },
  {
    host: 'QMF',
    details: {
      title: 'Clinical Directors in Commissioning',
      aim: 'Finance and commissioning skills for GPs who have become clinical directors.',
      audience: {
        ...everybody,
        staffGroups: ['general-practitioners'],
        organisationKinds: ['gp-practice', 'commissioner'],
        requirements: ['leads-commissioning'],
      },
      skills: ['governance', 'partnership'],
    },
    cohort: {
      startsInWeeks: 6,
      sessions: 5,
      months: 5,
      venue: 'Commissioning offices, Stratford',
      capacity: 5,
      waitlist: 5,
      limit: 4,
    },
    claims: [
      { by: 'Surgery', quantity: 3 },
      { by: 'QMF', quantity: 2 },
      { by: 'Surgery', quantity: 1 },
    ],
  },
  {
    host: 'RF4',
    details: {
      title: 'First-line Management for Clinical Managers',
      aim: 'For clinical managers whose roles had no line management before.',
      audience: {
        ...everybody,
        staffGroups: ['clinical-managers'],
        requirements: ['no-line-management-experience'],
      },
      skills: ['culture', 'high-quality-outcomes'],
    },
    cohort: {
      startsInWeeks: 12,
      sessions: 4,
      months: 3,
      venue: "Queen's Hospital, Romford",
      capacity: 30,
      waitlist: 15,
      limit: 10,
    },
    claims: [
      { by: 'RAT', quantity: 6 },
      { by: 'Wharfside', quantity: 2 },
    ],
  },
];
