import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archiveCohort } from '../../../shared/cohorts/archive-cohort.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohortCalendar } from '../../../shared/cohorts/get-cohort-calendar.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import type { PersonActor } from '../../../shared/context.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { testApi } from '../../support/api.ts';
import { readCalendar } from '../../support/calendar.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('the calendar of a cohort', () => {
  const clock = movableClock();
  let database: TestTable;
  let host: PersonActor;
  let partner: PersonActor;
  let programme: string;
  beforeAll(async () => {
    database = await createTestTable();
    host = await givenFirstOrganisation(database.table, clock);
    partner = await givenOrganisation(database.table, clock, host, 'Partner');
    const own = host.membership?.organisation ?? '';
    programme = await givenProgramme(database.table, clock, own, [partner.membership?.organisation ?? '']);
  });
  afterAll(async () => {
    await database.remove();
  });
  const as = (person: PersonActor, request = {}) => contextOf(database.table, clock, person, request);
  const plan = async () => {
    const opensAt = clock.now().toISOString();
    return (await createCohort.perform(as(host), { ...createCohort.example, programme, opensAt })).id;
  };
  const calendar = async (cohort: string, person = host) => await getCohortCalendar.perform(as(person), { cohort });
  const read = async (cohort: string) => readCalendar((await calendar(cohort)).content);

  test('follows it from the draft to its end: the same event, moved, confirmed and cancelled', async () => {
    const cohort = await plan();
    const uid = `${cohort}.1-1@cohortium`;
    expect(await read(cohort)).toMatchObject({
      method: 'PUBLISH',
      title: 'Aspiring Leaders: Autumn 2027',
      events: [{ uid, sequence: 1, status: 'TENTATIVE', start: '2027-09-14T08:30:00.000Z' }],
    });
    const sessions = [{ id: '1-1', day: '2027-11-02', from: '09:30', to: '16:30', venue: 'Online' }];
    clock.moveBy(60_000);
    await updateCohort.perform(as(host, { expectedVersion: 1 }), { cohort, sessions });
    const moved = { uid, start: '2027-11-02T09:30:00.000Z', end: '2027-11-02T16:30:00.000Z', location: 'Online' };
    expect(await read(cohort)).toMatchObject({ events: [{ ...moved, sequence: 2, stamp: '2027-01-04T09:01:00Z' }] });
    await openCohort.perform(as(host), { cohort });
    expect(await read(cohort)).toMatchObject({ events: [{ ...moved, sequence: 3, status: 'CONFIRMED' }] });
    const before = await calendar(cohort);
    await claimPlace.perform(as(partner), { cohort });
    expect(await calendar(cohort)).toEqual(before);
    await cancelCohort.perform(as(host), { cohort });
    const cancelled = { method: 'CANCEL', events: [{ ...moved, sequence: 4, status: 'CANCELLED' }] };
    expect(await read(cohort)).toMatchObject(cancelled);
    await archiveCohort.perform(as(host), { cohort });
    expect(await read(cohort)).toMatchObject({ events: [{ ...moved, sequence: 5, status: 'CANCELLED' }] });
  });

  test('is seen by those who see the cohort', async () => {
    const outsider = await givenOrganisation(database.table, clock, host, 'Outsider');
    const cohort = await plan();
    await expect(calendar(cohort, partner)).rejects.toMatchObject({ code: 'cohort.not-found' });
    await openCohort.perform(as(host), { cohort });
    expect(await calendar(cohort, partner)).toEqual(await calendar(cohort));
    await expect(calendar(cohort, outsider)).rejects.toMatchObject({ code: 'cohort.not-found' });
  });

  test('comes over HTTP as a calendar file', async () => {
    const cohort = await plan();
    const organisation = host.membership?.organisation ?? '';
    const answer = await testApi(database.table, clock).send('GET /v1/cohorts/{cohort}/calendar', {
      caller: { kind: 'person', subject: host.subject, organisation },
      path: { cohort },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(answer.body).toEqual(await calendar(cohort));
    expect(answer.body['name']).toBe(`${cohort}.ics`);
  });
});
