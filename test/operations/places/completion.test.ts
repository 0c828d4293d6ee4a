import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archiveCohort } from '../../../shared/cohorts/archive-cohort.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import type { Actor } from '../../../shared/context.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { completePlace } from '../../../shared/places/complete-place.ts';
import { certificateNumber, getCertificate } from '../../../shared/places/get-certificate.ts';
import { listCohortAttendance } from '../../../shared/places/list-cohort-attendance.ts';
import { recordAttendance } from '../../../shared/places/record-attendance.ts';
import { withdrawCompletion } from '../../../shared/places/withdraw-completion.ts';
import { testApi } from '../../support/api.ts';
import { dayIn, givenNamed, givenSessions, host, signedIn } from '../../support/attended.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenNamedOrganisation } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: PlacesTable;
let trust: string;
let council: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  council = await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** A cohort on whose last day it is, with a named place of the trust's, who attended the first session in part. */
async function given(isAttended = true) {
  const cohort = await givenSessions(at, clock, [10, 40]);
  const named = await givenNamed(at, clock, cohort, trust);
  clock.moveBy(40 * day);
  const attendance = { session: '1-1', places: [{ ticket: 1, attendance: 'partial' }] };
  if (isAttended) await recordAttendance.perform(at.as(host), { cohort: cohort.id, ...attendance });
  await at.told(cohort);
  return { cohort, ...named };
}
const complete = async ({ id, lastDay }: Cohort, input = {}, organisation = host) =>
  await completePlace.perform(at.as(organisation), { cohort: id, tickets: [1], on: lastDay, ...input });
const withdraw = async ({ id }: Cohort, organisation = host) =>
  await withdrawCompletion.perform(at.as(organisation), { cohort: id, tickets: [1], reason: 'by-mistake' });
const certificate = async ({ id }: Cohort, actor: Actor, ticket = 1) =>
  await getCertificate.perform(contextOf(at.table, clock, actor), { cohort: id, ticket });
const completedIn = async ({ id }: Cohort, organisation = host) =>
  (await listCohortAttendance.perform(at.as(organisation), { cohort: id })).items[0]?.completed;
const told = async (cohort: Cohort) =>
  (await at.told(cohort)).map(({ type, data, audience }) => [type, data, audience]);
const refused = (code: string) => expect.objectContaining({ code });

describe('completion', () => {
  test('is noted with its day, corrected and taken back; what stood there is kept, and each is told', async () => {
    const { cohort } = await given();
    const place = { cohort: cohort.id, organisation: trust, ticket: 1 };
    expect(await complete(cohort)).toEqual({ cohort: cohort.id, tickets: [1], on: cohort.lastDay });
    await complete(cohort);
    expect(await told(cohort)).toEqual([['place.completed', { ...place, completedOn: cohort.lastDay }, [trust, host]]]);
    clock.moveBy(2 * day);
    const later = dayIn(clock, 0);
    await complete(cohort, { on: later, reason: 'The project came later' });
    await withdraw(cohort);
    await withdraw(cohort);
    expect(await told(cohort)).toEqual([
      ['place.completed', { ...place, completedOn: later }, [trust, host]],
      ['place.completion-withdrawn', { ...place, reason: 'by-mistake' }, [trust, host]],
    ]);
    expect(await completedIn(cohort, trust)).toEqual({
      withdrawn: 'by-mistake',
      at: clock.now().toISOString(),
      before: [
        { on: cohort.lastDay, at: expect.any(String) },
        // A reason stands only where nothing was attended.
        { on: later, at: clock.now().toISOString() },
      ],
    });
    expect(await completedIn(cohort)).toMatchObject({ by: expect.stringMatching(/^mem_/) });
    await complete(cohort);
    expect(await completedIn(cohort)).toMatchObject({ on: cohort.lastDay });
  });

  test('is of the last day or later, and not of a day to come', async () => {
    const cohort = await givenSessions(at, clock, [10, 40]);
    await givenNamed(at, clock, cohort, trust);
    clock.moveBy(39 * day);
    const { lastDay } = cohort;
    const early = { code: 'place.not-complete-yet', details: { facts: { lastDay } } };
    await expect(complete(cohort, { reason: 'Known already' })).rejects.toMatchObject(early);
    clock.moveBy(day);
    await expect(complete(cohort, { on: dayIn(clock, 1), reason: 'r' })).rejects.toEqual(refused('request.invalid'));
    await expect(complete(cohort, { on: dayIn(clock, -1), reason: 'r' })).rejects.toEqual(refused('request.invalid'));
  });

  test('without any attendance asks for a reason', async () => {
    const { cohort } = await given(false);
    const details = { facts: { ticket: 1 } };
    await expect(complete(cohort)).rejects.toMatchObject({ code: 'place.not-attended', details });
    for (const session of ['1-1', '1-2']) {
      const places = [{ ticket: 1, attendance: 'none' }];
      await recordAttendance.perform(at.as(host), { cohort: cohort.id, session, places });
    }
    await expect(complete(cohort)).rejects.toEqual(refused('place.not-attended'));
    expect(await completedIn(cohort)).toBeUndefined();
    await complete(cohort, { reason: 'Took part from afar' });
    expect(await completedIn(cohort, trust)).toMatchObject({ reason: 'Took part from afar' });
  });

  test('a reason is kept for those alone who attended nothing, and is about one organisation’s people', async () => {
    const cohort = await givenSessions(at, clock, [10]);
    for (const organisation of [trust, council, council, trust]) await givenNamed(at, clock, cohort, organisation);
    clock.moveBy(10 * day);
    const places = [{ ticket: 1, attendance: 'full' }];
    await recordAttendance.perform(at.as(host), { cohort: cohort.id, session: '1-1', places });
    await complete(cohort, { tickets: [1, 2, 3], reason: 'Ill for a long time' });
    expect(await completedIn(cohort, trust)).not.toHaveProperty('reason');
    expect(await completedIn(cohort, council)).toMatchObject({ reason: 'Ill for a long time' });
    const both = complete(cohort, { tickets: [3, 4], reason: 'Ill' });
    await expect(both).rejects.toEqual(refused('request.invalid'));
  });

  test('is the host’s to note, for places that are named, all or none of them', async () => {
    const { cohort } = await given();
    await at.claim(cohort, trust);
    await expect(complete(cohort, {}, trust)).rejects.toEqual(refused('cohort.not-found'));
    await expect(withdraw(cohort, trust)).rejects.toEqual(refused('cohort.not-found'));
    await expect(complete(cohort, { tickets: [1, 2] })).rejects.toEqual(refused('place.not-named'));
    await expect(complete(cohort, { tickets: [1, 9] })).rejects.toEqual(refused('place.not-found'));
    await expect(complete(cohort, { tickets: [1, 1] })).rejects.toEqual(refused('request.invalid'));
    expect(await completedIn(cohort)).toBeUndefined();
  });

  test('stays as it is on a cohort that is archived or cancelled', async () => {
    const { cohort } = await given();
    await complete(cohort);
    clock.moveBy(day);
    await archiveCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(withdraw(cohort)).rejects.toEqual(refused('cohort.archived'));
    await expect(complete(cohort)).rejects.toEqual(refused('cohort.archived'));
    const another = await given();
    await cancelCohort.perform(at.as(host), { cohort: another.cohort.id });
    await expect(complete(another.cohort)).rejects.toEqual(refused('cohort.already-ended'));
  });
});

describe('the certificate', () => {
  test('is for the person, the leads of their organisation and the host’s, and for nobody else', async () => {
    const { cohort, email } = await given();
    const elsewhere = await givenNamed(at, clock, await givenSessions(at, clock, [10]), trust);
    const allowed = [personOf(trust), personOf(host), signedIn(trust, email)];
    const others = [
      personOf(council),
      personOf(trust, ['manager']),
      personOf(host, ['staff']),
      signedIn(trust, elsewhere.email),
      signedIn(host, email),
      signedIn(council, email),
    ];
    for (const actor of [...allowed, ...others]) {
      await expect(certificate(cohort, actor)).rejects.toEqual(refused('certificate.not-found'));
    }
    await complete(cohort);
    for (const actor of allowed) {
      expect(await certificate(cohort, actor)).toEqual({
        number: certificateNumber(cohort.id, 1),
        person: 'Example Person',
        organisation: 'trust',
        programme: 'Aspiring Leaders',
        cohort: 'Autumn 2027',
        host: 'host',
        firstDay: cohort.firstDay,
        lastDay: cohort.lastDay,
        sessions: [{ day: cohort.firstDay, from: '09:00', to: '16:30', attended: 'partial' }],
        completedOn: cohort.lastDay,
      });
    }
    for (const actor of others) {
      await expect(certificate(cohort, actor)).rejects.toEqual(refused('certificate.not-found'));
    }
    await expect(certificate(cohort, personOf(host), 2)).rejects.toEqual(refused('certificate.not-found'));
    await withdraw(cohort);
    await expect(certificate(cohort, personOf(trust))).rejects.toEqual(refused('certificate.not-found'));
  });

  test('is there no more when the person’s record is removed, or the cohort cancelled', async () => {
    const first = await given();
    await complete(first.cohort);
    await removePerson.perform(at.as(trust, { expectedVersion: 1 }), { person: first.person });
    await expect(certificate(first.cohort, personOf(host))).rejects.toEqual(refused('certificate.not-found'));
    const second = await given();
    await complete(second.cohort);
    await cancelCohort.perform(at.as(host), { cohort: second.cohort.id });
    await expect(certificate(second.cohort, personOf(host))).rejects.toEqual(refused('certificate.not-found'));
  });

  test('has a number of its own, and comes over HTTP', async () => {
    const numbers = ['coh_0123456789ab', 'coh_0123456789ac'].flatMap((cohort) =>
      [1, 2].map((ticket) => certificateNumber(cohort, ticket)),
    );
    expect(new Set(numbers).size).toBe(4);
    for (const number of numbers) expect(number).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const { cohort } = await given();
    await complete(cohort);
    const answer = await testApi(at.table, clock).send('GET /v1/cohorts/{cohort}/certificates/{ticket}', {
      caller: { kind: 'client', organisation: trust, scopes: ['people:read'] },
      path: { cohort: cohort.id, ticket: '1' },
    });
    expect(answer).toMatchObject({ status: 200, body: { number: certificateNumber(cohort.id, 1) } });
  });
});
