import type { Organisation } from '../organisations/organisation.ts';
import type { ProgrammeAudience } from '../programmes/programme.ts';
import type { ActivePerson } from './person.ts';

/** Why a person is not one of those whom a programme is for: stable codes, in the order in which they are told. */
export const objections = ['staff-group', 'band', 'organisation-kind', 'manages-people', 'not-commissioning'] as const;
export type Objection = (typeof objections)[number];

/** What eligibility depends on, of a person. */
type Candidate = Pick<ActivePerson, 'staffGroup' | 'band' | 'managesPeople' | 'leadsCommissioning'>;

/**
 * Everything that speaks against a person for an audience, each reason once and in the order of `objections`; nothing,
 * when they are eligible. A list of the audience that is empty is for all. The organisation's kind is that of the person's
 * own, which takes the place.
 */
export function objectionsTo(
  audience: ProgrammeAudience,
  person: Candidate,
  organisationKind: Organisation['kind'],
): Objection[] {
  const { staffGroups, bands, organisationKinds, requirements } = audience;
  const speaksAgainst: Readonly<Record<Objection, boolean>> = {
    'staff-group': isNotAmong(staffGroups, person.staffGroup),
    band: isNotAmong(bands, person.band),
    'organisation-kind': isNotAmong(organisationKinds, organisationKind),
    'manages-people': requirements.includes('no-line-management-experience') && person.managesPeople,
    'not-commissioning': requirements.includes('leads-commissioning') && !person.leadsCommissioning,
  };
  return objections.filter((objection) => speaksAgainst[objection]);
}

function isNotAmong<Code>(wanted: readonly Code[], code: Code): boolean {
  return wanted.length > 0 && !wanted.includes(code);
}
