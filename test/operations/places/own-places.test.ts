import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { getCohortCalendar } from '../../../shared/cohorts/get-cohort-calendar.ts';
import { getOwnCalendar } from '../../../shared/cohorts/get-own-calendar.ts';
import type { Actor } from '../../../shared/context.ts';
import { addPerson } from '../../../shared/people/add-person.ts';
import { completePlace } from '../../../shared/places/complete-place.ts';
import { listOwnPlaces } from '../../../shared/places/list-own-places.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { readPersonPlaces } from '../../../shared/places/place-records-views.ts';
import { recordAttendance } from '../../../shared/places/record-attendance.ts';
import { releasePerson } from '../../../shared/places/release-person.ts';
import { replaceNamedPerson } from '../../../shared/places/replace-named-person.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import { testApi } from '../../support/api.ts';
import { givenNamed, givenSessions, host, signedIn } from '../../support/attended.ts';
import { readCalendar } from '../../support/calendar.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenNamedOrganisation, givenPerson } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: PlacesTable;
let trust: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** Names somebody who is on record on a place of another cohort, that begins in so many days. */
async function alsoNamed(person: string, days: readonly number[]) {
  const cohort = await givenSessions(at, clock, days);
  await at.claim(cohort, trust);
  await releasePerson.perform(at.as(trust), { cohort: cohort.id, person, backfill: 'not-needed' });
  await namePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1, person });
  await at.relay.relayAll();
  return cohort;
}
/** Somebody who is named on a place of a cohort in ten and forty days. */
async function given() {
  const cohort = await givenSessions(at, clock, [10, 40]);
  const named = await givenNamed(at, clock, cohort, trust);
  await at.relay.relayAll();
  return { cohort, ...named, self: signedIn(trust, named.email) };
}
const places = async (actor: Actor, page = {}) => await listOwnPlaces.perform(contextOf(at.table, clock, actor), page);
const calendar = async (actor: Actor) => (await getOwnCalendar.perform(contextOf(at.table, clock, actor), {})).content;
const refused = (code: string) => expect.objectContaining({ code });

describe('one’s own places', () => {
  test('are those on which one is named, with the sessions and what is noted of them', async () => {
    const { cohort, self } = await given();
    const { id, programme, title, name, firstDay, lastDay, sessions } = cohort;
    const place = { cohort: id, ticket: 1, programme, host, title, name, firstDay, lastDay, status: 'open' };
    expect(await places(self)).toEqual({ items: [{ ...place, sessions }] });
    clock.moveBy(40 * day);
    const full = [{ ticket: 1, attendance: 'full' }];
    await recordAttendance.perform(at.as(host), { cohort: id, session: '1-2', places: full });
    await completePlace.perform(at.as(host), { cohort: id, tickets: [1], on: lastDay });
    const { items } = await places(self);
    expect(items).toMatchObject([
      { completedOn: lastDay, sessions: [{ id: '1-1' }, { id: '1-2', attendance: 'full' }] },
    ]);
    await cancelCohort.perform(at.as(host), { cohort: id });
    const [cancelled] = (await places(self)).items;
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(cancelled?.completedOn).toBeUndefined();
  });

  test('are not those of which the name was taken off, or given to another, though the list still has them', async () => {
    const first = await given();
    const second = await alsoNamed(first.person, [20]);
    const other = await given();
    expect((await places(first.self)).items).toHaveLength(2);
    // Not relayed: the lists lag behind.
    await unnamePlace.perform(at.as(trust), { cohort: first.cohort.id, ticket: 1 });
    expect((await places(first.self)).items).toMatchObject([{ cohort: second.id }]);
    await releasePerson.perform(at.as(trust), { cohort: second.id, person: other.person, backfill: 'arranged' });
    await replaceNamedPerson.perform(at.as(trust), { cohort: second.id, ticket: 1, person: other.person });
    expect((await places(first.self)).items).toEqual([]);
    // Control: what the list says by itself would show them all.
    const lines = await readPersonPlaces(at.table, first.person, undefined, 10);
    expect(lines.filter(({ gone }) => !gone)).toHaveLength(2);
    await at.relay.relayAll();
    expect((await places(first.self)).items).toEqual([]);
    expect((await places(other.self)).items).toHaveLength(2);
  });

  test('come in pages', async () => {
    const { person, self } = await given();
    await alsoNamed(person, [20]);
    const { items } = await places(self);
    const { items: first, next } = await places(self, { limit: 1 });
    const { items: second } = await places(self, { limit: 1, after: next });
    expect([...first, ...second]).toEqual(items);
    await expect(places(self, { after: 'nonsense' })).rejects.toEqual(refused('request.invalid'));
  });

  test('are nobody else’s, and nothing without a record', async () => {
    const { email } = await given();
    await givenPerson(at.table, clock, trust, 'ANOTHER');
    expect(await places(signedIn(trust, 'another@example.org'))).toEqual({ items: [] });
    for (const actor of [signedIn(trust, 'nobody@example.org'), signedIn(host, email)]) {
      await expect(places(actor)).rejects.toEqual(refused('person.not-found'));
      await expect(calendar(actor)).rejects.toEqual(refused('person.not-found'));
    }
    await addPerson.perform(at.as(trust), { ...addPerson.example, reference: 'SAME-ADDRESS', email });
    await expect(places(signedIn(trust, email))).rejects.toEqual(refused('person.not-unique'));
  });
});

describe('one’s own calendar', () => {
  test('has the sessions of all places, the same events as the cohorts’ calendars, and follows them', async () => {
    const { cohort, person, self } = await given();
    const another = await alsoNamed(person, [20]);
    const of = async ({ id }: typeof cohort) => {
      const { content } = await getCohortCalendar.perform(at.as(trust), { cohort: id });
      return readCalendar(content).events;
    };
    const [one, last] = await of(cohort);
    const [between] = await of(another);
    const before = await calendar(self);
    expect(readCalendar(before)).toMatchObject({ method: 'PUBLISH', title: 'My places' });
    expect(readCalendar(before).events).toEqual([one, between, last]);
    expect(await calendar(self)).toBe(before);
    await cancelCohort.perform(at.as(host), { cohort: another.id });
    const cancelled = { uid: between?.uid, sequence: (between?.sequence ?? 0) + 1, status: 'CANCELLED' };
    expect(readCalendar(await calendar(self)).events).toMatchObject([one, cancelled, last]);
    await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    expect(readCalendar(await calendar(self)).events).toMatchObject([cancelled]);
  });

  test('is a person’s own, and no key’s', async () => {
    const answer = await testApi(at.table, clock).send('GET /v1/me/calendar', {
      caller: { kind: 'client', organisation: trust, scopes: ['people:read', 'places:read'] },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'actor.not-allowed' } });
  });
});
