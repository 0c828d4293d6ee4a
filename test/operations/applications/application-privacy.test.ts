import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { declineApplication } from '../../../shared/applications/decline-application.ts';
import { endorseApplication } from '../../../shared/applications/endorse-application.ts';
import { getApplication } from '../../../shared/applications/get-application.ts';
import { listApplications } from '../../../shared/applications/list-applications.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import type { Context, Scope } from '../../../shared/context.ts';
import { openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenNamedOrganisation } from '../../support/people.ts';

const clock = movableClock();
const day = 86_400_000;
let at: ApplicationsTable;
let host: string;
let trust: string;

beforeAll(async () => {
  at = await openApplications(clock);
  host = await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
});
afterAll(async () => {
  await at.close();
});

const withdraw = async ({ id }: Cohort, application: string, context = at.as(trust)) =>
  await withdrawApplication.perform(context, { cohort: id, application });
const seenBy = async (context: Context, { id }: Cohort, application: string) =>
  await getApplication.perform(context, { cohort: id, application });

test('an API key that may not read people’s data can decide, and is answered nothing of theirs', async () => {
  const cohort = await at.givenCohort();
  const [one, two] = [await at.applied(cohort, trust), await at.applied(cohort, trust)];
  const key = (...scopes: readonly Scope[]) =>
    contextOf(at.table, clock, { kind: 'client', key: 'key_0123456789ab', organisation: trust, scopes });
  const endorsement = { cohort: cohort.id, application: one.application, backfill: 'arranged' };
  const blank = { id: one.application, cohort: cohort.id, organisation: trust };
  expect(await endorseApplication.perform(key('places:write'), endorsement)).toEqual({ ...blank, status: 'endorsed' });
  expect(await endorseApplication.perform(key('places:write', 'people:read'), endorsement)).toMatchObject({
    person: one.person,
    applicant: { name: 'Example Person' },
  });
  expect(await withdraw(cohort, one.application, key('places:write'))).toEqual({ ...blank, status: 'withdrawn' });
  const refusal = { cohort: cohort.id, application: two.application, reason: 'other', words: 'Something private' };
  expect(await declineApplication.perform(key('places:write'), refusal)).toEqual({
    ...blank,
    id: two.application,
    status: 'declined',
  });
});

test('once the cohort is over or cancelled the host sees no more who applied or why; their own organisation does', async () => {
  const [over, cancelled] = [await at.givenCohort(), await at.givenCohort()];
  const [one, other] = [await at.endorsed(over, trust), await at.endorsed(cancelled, trust)];
  const shown = ['applicant', 'cohort', 'id', 'organisation', 'statement', 'status'];
  expect(Object.keys(await seenBy(at.as(host), over, one.application)).sort()).toEqual(shown);
  expect(Object.keys(await seenBy(at.as(host), cancelled, other.application)).sort()).toEqual(shown);
  await cancelCohort.perform(at.as(host), { cohort: cancelled.id });
  clock.moveBy(201 * day);
  for (const [cohort, { application }] of [[over, one] as const, [cancelled, other] as const]) {
    const { items } = await listApplications.perform(at.as(host), { cohort: cohort.id });
    const kept = { id: application, cohort: cohort.id, organisation: trust, status: 'endorsed' };
    expect([await seenBy(at.as(host), cohort, application), ...items]).toEqual([kept, kept]);
    expect(await seenBy(at.as(trust), cohort, application)).toHaveProperty('statement');
  }
});
