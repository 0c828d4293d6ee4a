import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getApplication } from '../../../shared/applications/get-application.ts';
import { takeAlternate } from '../../../shared/applications/take-alternate.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { giveBackPlace } from '../../../shared/places/give-back-place.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import {
  givenClosed as givenClosedCohort,
  openApplications,
  type ApplicationsTable,
} from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, parties } from '../../support/people.ts';
import { disagreementsIn } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
const { host, trust, council } = parties;
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
  await givenClosedCohort(at, clock, organisations, facts);
const statusOf = async ({ id }: Cohort, application: string) =>
  await getApplication.perform(at.as(host), { cohort: id, application });
const change = (organisation: string) => contextOf(at.table, clock, personOf(organisation), { expectedVersion: 1 });
const comesFree = async ({ id: cohort }: Cohort, ticket: number) => {
  await unnamePlace.perform(at.as(trust), { cohort, ticket });
  await giveBackPlace.perform(at.as(trust), { cohort, tickets: [ticket] });
};

describe('alternates', () => {
  test('are taken in order when a place comes free; who withdrew is out of it', async () => {
    const { cohort, people, first, second, third, fourth } = await givenClosed([trust, council, trust, council], {
      capacity: 1,
    });
    await at.select(cohort, { selected: [first], alternates: [second, third, fourth] });
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('place.not-enough'));
    await withdrawApplication.perform(at.as(council), { cohort: cohort.id, application: second });
    await comesFree(cohort, 1);
    await at.relay.relayAll();
    const request = { idempotencyKey: 'take-one' };
    const taken = await at.takeAlternate(cohort, request);
    expect(taken).toEqual({ cohort: cohort.id, application: third, organisation: trust, ticket: 2 });
    expect(await at.takeAlternate(cohort, request)).toEqual(taken);
    expect(await at.namedOn(cohort)).toEqual([[2, people[2]?.person]]);
    const told = (await at.relay.relayAll()).filter(({ type }) => type.startsWith('application.'));
    expect(told.map(({ type, data }) => [type, data['application']])).toEqual([['application.selected', third]]);
    expect(await statusOf(cohort, fourth)).toMatchObject({ status: 'alternate', rank: 3 });
  });

  test('two requests of one moment take two, in order; then there is none left', async () => {
    const { cohort, first, second, third } = await givenClosed([trust, council, trust], { capacity: 3 });
    await at.select(cohort, { selected: [], alternates: [second, third, first] });
    const taken = await Promise.all([at.takeAlternate(cohort), at.takeAlternate(cohort)]);
    expect(taken.map(({ application }) => application).sort()).toEqual([second, third].sort());
    expect((await at.takeAlternate(cohort)).application).toBe(first);
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('application.no-alternate'));
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('one whose record was removed is told so, and one whose organisation has its fill is passed over', async () => {
    const { cohort, people, first, second, third, fourth } = await givenClosed([trust, trust, trust, council], {
      capacity: 3,
      limit: 1,
    });
    await at.select(cohort, { selected: [first], alternates: [second, third, fourth] });
    await removePerson.perform(change(trust), { person: people[1]?.person });
    expect((await at.takeAlternate(cohort)).application).toBe(fourth);
    expect(await statusOf(cohort, second)).toMatchObject({ status: 'not-selected', reason: 'no-longer-eligible' });
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('place.over-limit'));
    expect(await statusOf(cohort, third)).toMatchObject({ status: 'alternate' });
  });

  test('one who cannot be named for now is passed over and keeps their rank, and nothing changes while no place is free', async () => {
    const audience = {
      staffGroups: ['nurses-and-midwives' as const],
      organisationKinds: [],
      bands: [],
      requirements: [],
    };
    const { cohort, people, first, second, third, fourth } = await givenClosed([trust, trust, council, trust], {
      audience,
      capacity: 1,
    });
    await at.select(cohort, { selected: [first], alternates: [second, third, fourth] });
    await updatePerson.perform(change(trust), { person: people[1]?.person, staffGroup: 'doctors' });
    await removePerson.perform(change(trust), { person: people[3]?.person });
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('place.not-enough'));
    for (const one of [second, third, fourth])
      expect(await statusOf(cohort, one)).toHaveProperty('status', 'alternate');
    await at.setCapacity(cohort, 3);
    expect((await at.takeAlternate(cohort)).application).toBe(third);
    await expect(at.takeAlternate(cohort)).rejects.toMatchObject({
      code: 'person.not-eligible',
      details: { facts: { applications: [{ application: second, reasons: ['staff-group'] }] } },
    });
    expect(await statusOf(cohort, second)).toMatchObject({ status: 'alternate', rank: 1 });
    expect(await statusOf(cohort, fourth)).toMatchObject({ status: 'not-selected', reason: 'no-longer-eligible' });
    const again = contextOf(at.table, clock, personOf(trust), { expectedVersion: 2 });
    await updatePerson.perform(again, { person: people[1]?.person, staffGroup: 'nurses-and-midwives' });
    expect((await at.takeAlternate(cohort)).application).toBe(second);
  });

  test('there are none without applications, nor before the closing date, nor when the cohort is cancelled or over', async () => {
    const none = { cohort: (await at.given()).id };
    await expect(takeAlternate.perform(at.as(host), none)).rejects.toEqual(refused('application.none'));
    const cohort = await at.givenCohort();
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('application.not-closed'));
    clock.moveBy(11 * day);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('cohort.not-open'));
    clock.moveBy(200 * day);
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('cohort.over'));
  });
});
