import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  readApplication,
  readApplicationOf,
  readLiveApplications,
  replaceApplication,
} from '../../../shared/applications/applications-items.ts';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import { passOnApplications } from '../../../shared/applications/pass-on-applications.ts';
import { passedPersonId, passOnPeople } from '../../../shared/people/pass-on-people.ts';
import { passOnPlaces } from '../../../shared/places/pass-on-places.ts';
import { readPlaceRecord } from '../../../shared/places/place-records-items.ts';
import { claimKey, writeClaim } from '../../../shared/places/places-items.ts';
import { shards } from '../../../shared/table/keys.ts';
import { givenClosed, openApplications } from '../../support/applications.ts';
import { movableClock } from '../../support/context.ts';
import { givenNamedOrganisation } from '../../support/people.ts';
import { throughout } from '../../support/successions.ts';

const clock = movableClock();
let at: Awaited<ReturnType<typeof openApplications>>;
let from: string;
let to: string;
let other: string;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenNamedOrganisation(at.table, clock, 'host');
  from = await givenNamedOrganisation(at.table, clock, 'trust');
  to = await givenNamedOrganisation(at.table, clock, 'council');
  other = await givenNamedOrganisation(at.table, clock, 'practice');
});
afterAll(async () => {
  await at.close();
});

const passing = () => ({ table: at.table, clock, from, to });
const passOnAll = async () => {
  await throughout(async (after) => await passOnApplications(passing(), after));
};

test('applications pass with the people who made them, once, and stay where they stand', async () => {
  const cohort = await at.givenCohort();
  const mine = await at.endorsed(cohort, from);
  const theirs = await at.endorsed(cohort, other);
  await at.relay.relayAll();
  await passOnPeople(passing(), undefined);
  await passOnAll();
  const person = await passedPersonId(passing(), mine.person);
  expect(person).not.toBe(mine.person);
  const passed = await readApplication(at.table, cohort.id, mine.application);
  expect(passed).toMatchObject({ organisation: to, person, status: 'endorsed' });
  expect(await readApplicationOf(at.table, cohort.id, person)).toBe(mine.application);
  expect(await readApplicationOf(at.table, cohort.id, mine.person)).toBeUndefined();
  expect(await readApplication(at.table, cohort.id, theirs.application)).toMatchObject({ organisation: other });
  await passOnAll();
  expect(await readApplication(at.table, cohort.id, mine.application)).toEqual(passed);
  expect(await at.told(cohort)).toEqual([]);
});

test('those there are, of every shard, are looked through bit by bit, each once', async () => {
  const cohorts = [await at.givenCohort(), await at.givenCohort(), await at.givenCohort()];
  const made: string[] = [];
  for (const cohort of [...cohorts, ...cohorts]) made.push((await at.endorsed(cohort, other)).application);
  const looked = async (limit: number) => {
    const ids: string[] = [];
    let steps = 0;
    await throughout(async (after) => {
      const { applications, next } = await readLiveApplications(at.table, after, limit);
      expect(applications.length).toBeLessThanOrEqual(limit);
      ids.push(...applications.map(({ id }) => id));
      steps += 1;
      return next;
    });
    return { ids: ids.sort(), steps };
  };
  const whole = await looked(100);
  expect(whole.steps).toBe(shards);
  expect(whole.ids).toEqual(expect.arrayContaining(made));
  expect(new Set(whole.ids).size).toBe(whole.ids.length);
  const bitByBit = await looked(1);
  expect(bitByBit.ids).toEqual(whole.ids);
  expect(bitByBit.steps).toBe(whole.ids.length + shards);
});

test('who was selected and has a claim already gets no second place', async () => {
  const cohort = await at.givenCohort();
  const { application } = await at.endorsed(cohort, from);
  const endorsed = await readApplication(at.table, cohort.id, application);
  if (endorsed === undefined) throw new Error('There is no application');
  const change = { type: 'claimed', by: 'mem_given', at: clock.now().toISOString() };
  await replaceApplication(at.table, { ...endorsed, status: 'selected', version: endorsed.version + 1 });
  await writeClaim(at.table, {
    cohort: cohort.id,
    organisation: from,
    key: claimKey(from, application, 'selection'),
    planned: 2,
    quantity: 1,
    limit: 10,
    allOrNothing: true,
    waitlist: cohort.waitlist,
    until: undefined,
    brief: false,
    change,
  });
  await passOnAll();
  expect(await readApplication(at.table, cohort.id, application)).toMatchObject({ organisation: to, ticket: 1 });
});

test('the exception by which somebody has their place is theirs at the successor too', async () => {
  const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
  const { cohort, people, first } = await givenClosed(at, clock, [from], { audience });
  const exception = { cohort: cohort.id, application: first, reason: 'Takes over a team' };
  await makeApplicantException.perform(at.as(cohort.host), exception);
  await at.select(cohort, { selected: [first] });
  await at.relay.relayAll();
  await passOnPeople(passing(), undefined);
  await passOnPlaces(passing(), undefined);
  const person = await passedPersonId(passing(), people[0]?.person ?? '');
  expect(await readPlaceRecord(at.table, cohort.id, 1)).toMatchObject({
    organisation: to,
    person,
    exception: { reason: 'Takes over a team', person },
  });
});
