import { z } from 'zod';
import type { LocalRunOptions } from '../../local/local-run.ts';
import type { Installation } from './installation.ts';
import type { Party } from './party.ts';

export type Person = NonNullable<LocalRunOptions['people']>[number];

/** The organisations of the story, by the code that they are known by; each has one administrator of the same name. */
const organisations = [
  ['RF4', 'Barking, Havering and Redbridge University Hospitals NHS Trust', 'trust', 'ods'],
  ['RAT', 'North East London NHS Foundation Trust', 'foundation-trust', 'ods'],
  ['R1H', 'Barts Health NHS Trust', 'trust', 'ods'],
  ['RWK', 'East London NHS Foundation Trust', 'foundation-trust', 'ods'],
  ['RQX', 'Homerton Healthcare NHS Foundation Trust', 'foundation-trust', 'ods'],
  ['RRV', 'University College London Hospitals NHS Foundation Trust', 'foundation-trust', 'ods'],
  ['QMF', 'NHS North East London Integrated Care Board', 'commissioner', 'ods'],
  ['E09000026', 'London Borough of Redbridge', 'local-authority', 'gss'],
  ['E09000025', 'London Borough of Newham', 'local-authority', 'gss'],
  ['LARKFIELD', 'Larkfield Retail plc', 'company', 'local'],
] as const;

export type Code = (typeof organisations)[number][0];
const codes = organisations.map(([code]) => code);

/** The eight organisations that claim. */
export const claimants = ['RAT', 'R1H', 'RWK', 'RQX', 'RRV', 'QMF', 'E09000026', 'E09000025'] as const;

/** One person for each organisation, and Oona, who belongs to none. All of them are invented. */
export const londonPeople: readonly Person[] = [...codes, 'oona'].map((id, index) => ({
  id,
  subject: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
  name: `Administrator of ${id}`,
  email: `${id.toLowerCase()}@example.org`,
  about: 'in the story',
}));

/** The story's organisations, each acting through its administrator. */
export type London = Readonly<Record<Code, Party>>;

const detailsOf = ([code, name, kind, scheme]: (typeof organisations)[number]) => ({
  name,
  kind,
  identifiers: [{ scheme, value: code }],
});

/**
 * Lets the operator found the first organisation, which invites the others, or those named; each accepts with its one-time
 * code.
 */
export async function givenLondon(installation: Installation, named: readonly Code[] = codes): Promise<London> {
  const [first, ...others] = organisations;
  const founded = z
    .object({ code: z.string() })
    .parse(await installation.invoke('FoundOrganisation', detailsOf(first)));
  const hosting = await join(installation, first[0], founded.code);
  const joined = new Map<string, Party>([[first[0], hosting]]);
  for (const other of others.filter(([code]) => named.includes(code))) {
    const { code } = await hosting.invite(detailsOf(other));
    joined.set(other[0], await join(installation, other[0], code));
  }
  return londonOf((code) => joined.get(code));
}

async function join(installation: Installation, person: Code, code: string): Promise<Party> {
  const { organisation } = await installation.signIn(person).accept(code);
  return installation.signIn(person, organisation);
}

/** The story's organisations, from somebody who knows each; one who is asked for and not there throws. */
export function londonOf(partyOf: (code: Code) => Party | undefined): London {
  const of = (code: Code): Party => {
    const party = partyOf(code);
    if (party === undefined) throw new Error(`${code} is not in this story`);
    return party;
  };
  return {
    get RF4() {
      return of('RF4');
    },
    get RAT() {
      return of('RAT');
    },
    get R1H() {
      return of('R1H');
    },
    get RWK() {
      return of('RWK');
    },
    get RQX() {
      return of('RQX');
    },
    get RRV() {
      return of('RRV');
    },
    get QMF() {
      return of('QMF');
    },
    get E09000026() {
      return of('E09000026');
    },
    get E09000025() {
      return of('E09000025');
    },
    get LARKFIELD() {
      return of('LARKFIELD');
    },
  };
}

/** "Aspiring Leaders" as its host drafts it. */
export const aspiringLeaders = {
  title: 'Aspiring Leaders',
  aim: 'For those who lead a team today and want to lead a service.',
  audience: { staffGroups: ['managers', 'local-authority-staff'], organisationKinds: [] },
  skills: ['culture', 'partnership'],
  sharedWith: 'all',
};

/** A published programme of the host. */
export async function givenProgramme(hosting: Party, details: object = {}): Promise<string> {
  const { id } = await hosting.createProgramme({ ...aspiringLeaders, ...details });
  await hosting.publish(id);
  return id;
}

/** The run goes by the real time: a year that is always ahead. */
const year = String(new Date().getUTCFullYear() + 4);

/** A cohort of twenty places that may be claimed now, unless said otherwise. */
export async function givenOpenCohort(hosting: Party, programme: string, plan: object = {}): Promise<string> {
  const { id } = await hosting.createCohort(programme, {
    name: `Autumn ${year}`,
    sessions: [{ day: `${year}-09-16`, from: '09:30', to: '16:30', venue: 'King George Hospital' }],
    capacity: 20,
    waitlist: 100,
    limit: 20,
    opensAt: '2026-01-01T00:00:00Z',
    ...plan,
  });
  await hosting.open(id);
  return id;
}
