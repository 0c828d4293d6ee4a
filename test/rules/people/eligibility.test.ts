import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { organisationKinds } from '../../../shared/organisations/organisation.ts';
import { objections, objectionsTo, type Objection } from '../../../shared/people/eligibility.ts';
import { bands, requirements, staffGroups, type ProgrammeAudience } from '../../../shared/programmes/programme.ts';

const everybody: ProgrammeAudience = { staffGroups: [], organisationKinds: [], bands: [], requirements: [] };
const matron = {
  staffGroup: 'nurses-and-midwives',
  band: '8a',
  managesPeople: true,
  leadsCommissioning: false,
} as const;

describe('what speaks against a matron of a trust', () => {
  test.each<[string, Partial<ProgrammeAudience>, Objection[]]>([
    ['for everybody', {}, []],
    ['for her group', { staffGroups: ['doctors', 'nurses-and-midwives'] }, []],
    ['for another group', { staffGroups: ['doctors'] }, ['staff-group']],
    ['for her band', { bands: ['8a', '8b'] }, []],
    ['for the band above', { bands: ['8b'] }, ['band']],
    ['for trusts', { organisationKinds: ['foundation-trust', 'trust'] }, []],
    ['for practices', { organisationKinds: ['gp-practice'] }, ['organisation-kind']],
    ['for who has managed nobody', { requirements: ['no-line-management-experience'] }, ['manages-people']],
    ['for who leads commissioning', { requirements: ['leads-commissioning'] }, ['not-commissioning']],
    [
      'for none of what she is',
      {
        staffGroups: ['doctors'],
        bands: ['medical'],
        organisationKinds: ['commissioner'],
        requirements: ['leads-commissioning', 'no-line-management-experience'],
      },
      ['staff-group', 'band', 'organisation-kind', 'manages-people', 'not-commissioning'],
    ],
  ])('%s', (_name, audience, told) => {
    expect(objectionsTo({ ...everybody, ...audience }, matron, 'trust')).toEqual(told);
  });
});

describe('what speaks for others', () => {
  const lead = {
    staffGroup: 'general-practitioners',
    band: 'other',
    managesPeople: false,
    leadsCommissioning: true,
  } as const;
  test('a GP in commissioning who has managed nobody meets both requirements', () => {
    expect(objectionsTo({ ...everybody, requirements: [...requirements] }, lead, 'gp-practice')).toEqual([]);
  });
  test('a requirement is looked at for itself: the other one does not matter', () => {
    const both = { ...lead, managesPeople: true, leadsCommissioning: true };
    expect(objectionsTo({ ...everybody, requirements: ['leads-commissioning'] }, both, 'trust')).toEqual([]);
    const neither = { ...lead, leadsCommissioning: false };
    const unmanaged: ProgrammeAudience = { ...everybody, requirements: ['no-line-management-experience'] };
    expect(objectionsTo(unmanaged, neither, 'trust')).toEqual([]);
  });
});

describe('for any audience, person and organisation', () => {
  const some = <Code extends string>(codes: readonly Code[]) => fc.subarray([...codes]);
  const audiences = fc.record({
    staffGroups: some(staffGroups),
    organisationKinds: some(organisationKinds),
    bands: some(bands),
    requirements: some(requirements),
  });
  const people = fc.record({
    staffGroup: fc.constantFrom(...staffGroups),
    band: fc.constantFrom(...bands),
    managesPeople: fc.boolean(),
    leadsCommissioning: fc.boolean(),
  });
  const kinds = fc.constantFrom(...organisationKinds);

  test('each reason is told once, in the order of the list', () => {
    fc.assert(
      fc.property(audiences, people, kinds, (audience, person, kind) => {
        const told = objectionsTo(audience, person, kind);
        expect(told).toEqual(objections.filter((objection) => told.includes(objection)));
      }),
    );
  });

  test('the parts of an audience object each for itself', () => {
    fc.assert(
      fc.property(audiences, people, kinds, (audience, person, kind) => {
        const { staffGroups: groups, bands: wanted, organisationKinds: of, requirements: asked } = audience;
        const parts: ProgrammeAudience[] = [
          { ...everybody, staffGroups: groups },
          { ...everybody, bands: wanted },
          { ...everybody, organisationKinds: of },
          ...asked.map((one) => ({ ...everybody, requirements: [one] })),
        ];
        const told = parts.flatMap((part) => objectionsTo(part, person, kind));
        expect(new Set(objectionsTo(audience, person, kind))).toEqual(new Set(told));
      }),
    );
  });

  test('an audience widened to what somebody is has nothing against them', () => {
    fc.assert(
      fc.property(audiences, people, kinds, (audience, person, kind) => {
        const widened = {
          staffGroups: [...audience.staffGroups, person.staffGroup],
          bands: [...audience.bands, person.band],
          organisationKinds: [...audience.organisationKinds, kind],
          requirements: audience.requirements.filter((one) =>
            one === 'leads-commissioning' ? person.leadsCommissioning : !person.managesPeople,
          ),
        };
        expect(objectionsTo(widened, person, kind)).toEqual([]);
      }),
    );
  });

  test('control: one narrowed to what they are not has', () => {
    fc.assert(
      fc.property(people, kinds, (person, kind) => {
        const narrowed: ProgrammeAudience = {
          staffGroups: staffGroups.filter((group) => group !== person.staffGroup),
          bands: bands.filter((band) => band !== person.band),
          organisationKinds: organisationKinds.filter((other) => other !== kind),
          requirements: [],
        };
        expect(objectionsTo(narrowed, person, kind)).toEqual(['staff-group', 'band', 'organisation-kind']);
      }),
    );
  });
});
