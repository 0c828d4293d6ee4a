import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { declineApplication } from '../../../shared/applications/decline-application.ts';
import { getApplication } from '../../../shared/applications/get-application.ts';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { listCohortPeople } from '../../../shared/places/list-cohort-people.ts';
import { makeException } from '../../../shared/places/make-exception.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import {
  givenClosed as givenClosedCohort,
  openApplications,
  type ApplicationsTable,
} from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, givenReleased, parties } from '../../support/people.ts';

const clock = movableClock();
const { host, trust, council } = parties;
/** The people of these tests are nurses. */
const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
const reason = 'Takes over a team of doctors';
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
const givenClosed = async (organisations: readonly string[], facts: Partial<Cohort> = {}) =>
  await givenClosedCohort(at, clock, organisations, { audience, ...facts });
const except = async ({ id: cohort }: Cohort, application: string, why = reason) =>
  await makeApplicantException.perform(at.as(host), { cohort, application, reason: why });
const seenBy = async (organisation: string, { id: cohort }: Cohort, application: string) =>
  await getApplication.perform(at.as(organisation), { cohort, application });
const notChosen = (...applications: readonly string[]) =>
  applications.map((application) => ({ application, reason: 'not-eligible' }));

describe('who is not of the audience', () => {
  test('may apply and be endorsed; their organisation and the host see what speaks against it while it does', async () => {
    const cohort = await at.givenCohort({ audience });
    const { application, person, actor } = await at.endorsed(cohort, trust);
    const own = await getApplication.perform(contextOf(at.table, clock, actor), { cohort: cohort.id, application });
    for (const seen of [own, await seenBy(trust, cohort, application), await seenBy(host, cohort, application)])
      expect(seen).toMatchObject({ status: 'endorsed', objections: ['staff-group'] });
    const change = contextOf(at.table, clock, personOf(trust), { expectedVersion: 1 });
    await updatePerson.perform(change, { person, staffGroup: 'doctors' });
    expect(await seenBy(host, cohort, application)).not.toHaveProperty('objections');
  });

  test('is selected only with the exception of the host, which is on record with its reason, and told without it', async () => {
    const { cohort, people, first, second } = await givenClosed([trust, council]);
    const lists = { selected: [first], notSelected: notChosen(second) };
    await expect(at.select(cohort, lists)).rejects.toMatchObject({
      code: 'person.not-eligible',
      details: { facts: { applications: [{ application: first, reasons: ['staff-group'] }] } },
    });
    await at.relay.relayAll();
    expect(await except(cohort, first)).toEqual({ cohort: cohort.id, application: first });
    await except(cohort, first, 'Said again otherwise');
    const told = await at.relay.relayAll();
    expect(told.map(({ type, audience: to }) => [type, to])).toEqual([['application.exception-made', [trust, host]]]);
    expect(JSON.stringify(told)).not.toMatch(/per_|doctors/);
    const [ticket = 0] = (await at.select(cohort, lists)).selected.map((one) => one.ticket);
    expect(await at.namedOn(cohort)).toEqual([[ticket, people[0]?.person]]);
    for (const organisation of [host, trust]) {
      expect(await seenBy(organisation, cohort, first)).toMatchObject({ status: 'selected', exception: reason });
      const { people: named } = await listCohortPeople.perform(at.as(organisation), { cohort: cohort.id });
      expect(named).toMatchObject([{ ticket, exception: reason }]);
    }
    expect(await seenBy(council, cohort, second)).toMatchObject({
      reason: 'not-eligible',
      meaning: 'You are not among those whom the programme is for',
    });
  });

  test('is named by that exception, and nobody else is on their place, unless the host makes one for the place', async () => {
    const { cohort, people, first } = await givenClosed([trust]);
    await except(cohort, first);
    const [ticket = 0] = (await at.select(cohort, { selected: [first] })).selected.map((one) => one.ticket);
    const place = { cohort: cohort.id, ticket };
    const other = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference: 'OTHER' });
    const name = async (person = '') => await namePlace.perform(at.as(trust), { ...place, person });
    const unname = async (key: string) => await unnamePlace.perform(at.as(trust, { idempotencyKey: key }), place);
    await unname('one');
    await expect(name(other)).rejects.toEqual(refused('person.not-eligible'));
    await name(people[0]?.person);
    await unname('two');
    await makeException.perform(at.as(host), { ...place, reason: 'Anybody of that team' });
    await name(other);
    expect(await at.namedOn(cohort)).toEqual([[ticket, other]]);
  });

  test('is taken as an alternate with an exception, also one that is made later, and passed over without', async () => {
    const { cohort, first, second } = await givenClosed([trust, council]);
    await at.select(cohort, { selected: [], alternates: [first, second] });
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('person.not-eligible'));
    await except(cohort, second);
    expect((await at.takeAlternate(cohort)).application).toBe(second);
    expect(await seenBy(host, cohort, first)).toMatchObject({ status: 'alternate', rank: 1 });
  });
});

test('an exception is for who is endorsed and has no place yet; withdrawing erases its reason', async () => {
  const cohort = await at.givenCohort({ audience });
  const [applied, declined] = [await at.applied(cohort, trust), await at.applied(cohort, trust)];
  const decision = { cohort: cohort.id, application: declined.application, reason: 'not-eligible' };
  await declineApplication.perform(at.as(trust), decision);
  for (const application of [applied.application, declined.application, 'app_0123456789ab'])
    await expect(except(cohort, application)).rejects.toEqual(refused('application.not-found'));
  const { cohort: decided, first, second, third } = await givenClosed([trust, council, trust]);
  await except(decided, third);
  const withdrawal = { cohort: decided.id, application: third };
  expect(await withdrawApplication.perform(at.as(trust), withdrawal)).not.toHaveProperty('exception');
  await at.select(decided, { selected: [], notSelected: notChosen(first, second) });
  for (const application of [first, third])
    await expect(except(decided, application)).rejects.toEqual(refused('application.decided'));
  const { cohort: open, first: placed } = await givenClosed([trust], { audience: { ...audience, staffGroups: [] } });
  await at.select(open, { selected: [placed] });
  await expect(except(open, placed)).rejects.toEqual(refused('application.decided'));
});
