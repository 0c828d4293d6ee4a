/** An organisation of the sample data: what it joins with, who its administrator is, and its other members. */
export interface SampleOrganisation {
  /** What the rest of the sample data calls it. */
  readonly label: string;
  readonly name: string;
  readonly kind: string;
  readonly identifier: { readonly scheme: string; readonly value: string };
  readonly administrator: string;
  readonly members?: readonly { readonly person: string; readonly roles: readonly string[] }[];
}

const ods = (value: string) => ({ scheme: 'ods', value });
const gss = (value: string) => ({ scheme: 'gss', value });
const local = (value: string) => ({ scheme: 'local', value });

/**
 * The organisations of the sample data; the first founds the installation and invites the others. ODS codes (NHS
 * Organisation Data Service) and GSS codes (Office for National Statistics) are real. The company, the mutual, the
 * co-operative and the practice are invented.
 */
export const sampleOrganisations: readonly SampleOrganisation[] = [
  {
    label: 'RF4',
    name: 'Barking, Havering and Redbridge University Hospitals NHS Trust',
    kind: 'trust',
    identifier: ods('RF4'),
    administrator: 'amara',
    members: [
      { person: 'nadia', roles: ['programme-lead'] },
      { person: 'owen', roles: ['finance'] },
    ],
  },
  {
    label: 'RAT',
    name: 'North East London NHS Foundation Trust',
    kind: 'foundation-trust',
    identifier: ods('RAT'),
    administrator: 'bilal',
    members: [
      { person: 'priya', roles: ['programme-lead'] },
      { person: 'quentin', roles: ['staff'] },
      { person: 'rosa', roles: ['finance'] },
      { person: 'ruth', roles: ['manager'] },
    ],
  },
  {
    label: 'R1H',
    name: 'Barts Health NHS Trust',
    kind: 'trust',
    identifier: ods('R1H'),
    administrator: 'carys',
    members: [{ person: 'tobias', roles: ['finance'] }],
  },
  {
    label: 'RWK',
    name: 'East London NHS Foundation Trust',
    kind: 'foundation-trust',
    identifier: ods('RWK'),
    administrator: 'dev',
  },
  {
    label: 'RQX',
    name: 'Homerton Healthcare NHS Foundation Trust',
    kind: 'foundation-trust',
    identifier: ods('RQX'),
    administrator: 'esther',
  },
  {
    label: 'RRV',
    name: 'University College London Hospitals NHS Foundation Trust',
    kind: 'foundation-trust',
    identifier: ods('RRV'),
    administrator: 'grace',
  },
  { label: 'QMF', name: 'NHS North East London', kind: 'commissioner', identifier: ods('QMF'), administrator: 'idris' },
  {
    label: 'Redbridge',
    name: 'London Borough of Redbridge',
    kind: 'local-authority',
    identifier: gss('E09000026'),
    administrator: 'farah',
    members: [{ person: 'samira', roles: ['finance'] }],
  },
  {
    label: 'Newham',
    name: 'London Borough of Newham',
    kind: 'local-authority',
    identifier: gss('E09000025'),
    administrator: 'jade',
  },
  {
    label: 'Larkfield',
    name: 'Larkfield Retail plc',
    kind: 'company',
    identifier: local('LARKFIELD'),
    administrator: 'harriet',
  },
  {
    label: 'Wharfside',
    name: 'Wharfside Mutual',
    kind: 'mutual',
    identifier: local('WHARFSIDE'),
    administrator: 'kwame',
  },
  {
    label: 'Eastern',
    name: 'Eastern Community Co-operative',
    kind: 'co-operative',
    identifier: local('EASTERN'),
    administrator: 'leila',
  },
  {
    label: 'Surgery',
    name: 'Example Surgery',
    kind: 'gp-practice',
    identifier: local('EXAMPLE-SURGERY'),
    administrator: 'marek',
  },
];
