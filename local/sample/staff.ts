/** A person whom an organisation of the sample data has on record; some are members who sign in as well. */
export interface SampleStaff {
  /** Their organisation, by its label. */
  readonly at: string;
  /** As the API takes it. */
  readonly details: {
    readonly reference: string;
    readonly name: string;
    readonly email: string;
    readonly staffGroup: string;
    readonly band: string;
    readonly role: string;
    readonly managesPeople: boolean;
    readonly leadsCommissioning: boolean;
    readonly managerReference?: string;
    readonly accessNeeds?: string;
  };
}

type Details = SampleStaff['details'];
type Post = Pick<Details, 'staffGroup' | 'band' | 'role'> &
  Partial<Pick<Details, 'managesPeople' | 'leadsCommissioning' | 'managerReference' | 'accessNeeds'>>;

/** Somebody at an organisation; the address is that of the person who signs in with this short name, where there is one. */
function someone(at: string, reference: string, [name, shortName]: readonly [string, string], post: Post): SampleStaff {
  const email = `${shortName}@example.org`;
  return { at, details: { reference, name, email, managesPeople: false, leadsCommissioning: false, ...post } };
}

/**
 * People of the sample organisations, all invented. For each programme of the sample data somebody is eligible, and for
 * most somebody is not: who manages people already, a GP who does not lead in commissioning, a band below.
 */
export const sampleStaff: readonly SampleStaff[] = [
  someone('RF4', 'BHR-1001', ['Nadia Rahman', 'nadia'], {
    staffGroup: 'managers',
    band: '8a',
    role: 'Leadership development manager',
    managesPeople: true,
  }),
  someone('RF4', 'BHR-1002', ['Sunita Rao', 'sunita.rao'], {
    staffGroup: 'clinical-managers',
    band: '7',
    role: 'Clinical pathway manager',
    managerReference: 'BHR-1001',
  }),
  someone('RF4', 'BHR-1004', ['Yusuf Demir', 'yusuf.demir'], {
    staffGroup: 'allied-health-professionals',
    band: '7',
    role: 'Advanced physiotherapist',
    managerReference: 'BHR-1002',
  }),
  someone('RF4', 'BHR-1003', ['Tom Ashby', 'tom.ashby'], {
    staffGroup: 'nurses-and-midwives',
    band: '8c',
    role: 'Divisional nurse director',
    managesPeople: true,
  }),
  someone('RAT', 'NELFT-2001', ['Priya Nair', 'priya'], {
    staffGroup: 'managers',
    band: '8b',
    role: 'Service manager',
    managesPeople: true,
  }),
  someone('RAT', 'NELFT-2002', ['Quentin Ward', 'quentin'], {
    staffGroup: 'clinical-managers',
    band: '7',
    role: 'Clinical governance lead',
    managerReference: 'NELFT-2003',
    accessNeeds: 'A seat near the screen, and slides before the day',
  }),
  someone('RAT', 'NELFT-2003', ['Ruth Adeleke', 'ruth'], {
    staffGroup: 'clinical-managers',
    band: '8a',
    role: 'Community therapies manager',
    managesPeople: true,
    managerReference: 'NELFT-2001',
  }),
  someone('RAT', 'NELFT-2004', ['Sade Bankole', 'sade.bankole'], {
    staffGroup: 'nurses-and-midwives',
    band: '7',
    role: 'Community matron',
    managerReference: 'NELFT-2003',
  }),
  someone('R1H', 'BARTS-3001', ['Miriam Vogel', 'miriam.vogel'], {
    staffGroup: 'doctors',
    band: 'medical',
    role: 'Consultant in acute medicine',
  }),
  someone('R1H', 'BARTS-3002', ['Joyce Adeyemi', 'joyce.adeyemi'], {
    staffGroup: 'allied-health-professionals',
    band: '8a',
    role: 'Lead physiotherapist',
    managesPeople: true,
  }),
  someone('RWK', 'ELFT-4001', ['Helen Costa', 'helen.costa'], {
    staffGroup: 'executives',
    band: 'very-senior',
    role: 'Chief operating officer',
    managesPeople: true,
  }),
  someone('Redbridge', 'LBR-5001', ['Imran Khalid', 'imran.khalid'], {
    staffGroup: 'local-authority-staff',
    band: 'other',
    role: 'Head of adult social care commissioning',
    managesPeople: true,
  }),
  someone('Redbridge', 'LBR-5002', ['Paula Ferris', 'paula.ferris'], {
    staffGroup: 'local-authority-staff',
    band: 'other',
    role: 'Team manager, hospital discharge',
    managesPeople: true,
    managerReference: 'LBR-5001',
  }),
  someone('RQX', 'HOM-8001', ['Leon Baptiste', 'leon.baptiste'], {
    staffGroup: 'managers',
    band: '8a',
    role: 'Operations manager, elective care',
    managesPeople: true,
  }),
  someone('Larkfield', 'LARK-9001', ['Gemma Holt', 'gemma.holt'], {
    staffGroup: 'other-staff',
    band: 'other',
    role: 'Head of store operations',
    managesPeople: true,
  }),
  someone('Larkfield', 'LARK-9002', ['Martin Osei', 'martin.osei'], {
    staffGroup: 'other-staff',
    band: 'other',
    role: 'Regional people partner',
  }),
  someone('QMF', 'NEL-6001', ['Anil Mehta', 'anil.mehta'], {
    staffGroup: 'general-practitioners',
    band: 'other',
    role: 'Clinical director for planned care',
    leadsCommissioning: true,
  }),
  someone('Surgery', 'ES-7001', ['Zofia Malik', 'zofia.malik'], {
    staffGroup: 'general-practitioners',
    band: 'other',
    role: 'GP partner and clinical lead for diabetes commissioning',
    managesPeople: true,
    leadsCommissioning: true,
  }),
  someone('Surgery', 'ES-7002', ['Peter Finch', 'peter.finch'], {
    staffGroup: 'general-practitioners',
    band: 'other',
    role: 'Salaried GP',
  }),
];
