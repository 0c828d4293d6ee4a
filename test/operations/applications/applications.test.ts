import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationSchema } from '../../../shared/applications/application.ts';
import { restateApplication } from '../../../shared/applications/applications-events.ts';
import { declineApplication } from '../../../shared/applications/decline-application.ts';
import { endorseApplication } from '../../../shared/applications/endorse-application.ts';
import { getApplication } from '../../../shared/applications/get-application.ts';
import { listApplications } from '../../../shared/applications/list-applications.ts';
import { nominatePerson } from '../../../shared/applications/nominate-person.ts';
import { submitApplication } from '../../../shared/applications/submit-application.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import type { Context } from '../../../shared/context.ts';
import type { Envelope } from '../../../shared/events/envelope.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { releasePerson } from '../../../shared/places/release-person.ts';
import { keys } from '../../../shared/table/keys.ts';
import { memberNamed, openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, givenPerson, parties } from '../../support/people.ts';

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
const statement = 'I lead a ward and want to lead a service';
const self = (reference: string, request: Partial<Context['request']> = {}) =>
  contextOf(at.table, clock, memberNamed(trust, reference), request);
const apply = async ({ id }: Cohort, context: Context) =>
  await submitApplication.perform(context, { cohort: id, statement });
const endorse = async ({ id }: Cohort, application: string, organisation = trust) =>
  await endorseApplication.perform(at.as(organisation), { cohort: id, application, backfill: 'arranged' });
const decline = async ({ id }: Cohort, application: string, details: object = { reason: 'not-at-this-time' }) =>
  await declineApplication.perform(at.as(trust), { cohort: id, application, ...details });
const withdraw = async ({ id }: Cohort, application: string, context = at.as(trust)) =>
  await withdrawApplication.perform(context, { cohort: id, application });
const seenBy = async (context: Context, { id }: Cohort, application: string) =>
  await getApplication.perform(context, { cohort: id, application });
const listed = async (context: Context, { id }: Cohort, filter: object = {}) =>
  (await listApplications.perform(context, { cohort: id, ...filter })).items.map((one) => one.id);

/** What was told of applications since the last time: the type, to whom, and the rest of it. */
const told = async () =>
  (await at.relay.relayAll())
    .filter(({ type }) => type.startsWith('application.'))
    .map(({ type, audience, data }: Envelope) => [type, audience, data['status'], data['reason']]);

describe('applying', () => {
  test('is told to the own organisation alone, without who it is or what they wrote; sent again it is the same', async () => {
    const cohort = await at.givenCohort();
    const person = await givenPerson(at.table, clock, trust, 'ADA', { name: 'Ada Example' });
    await told();
    const request = { idempotencyKey: 'ada-applies' };
    const made = await apply(cohort, self('ADA', request));
    expect(made).toMatchObject({ status: 'applied', person, statement, applicant: { name: 'Ada Example' } });
    expect(await apply(cohort, self('ADA', request))).toEqual(made);
    const events = (await at.relay.relayAll()).filter(({ type }) => type.startsWith('application.'));
    expect(events.map(({ type, audience }) => [type, audience])).toEqual([['application.submitted', [trust]]]);
    const text = JSON.stringify(events);
    for (const secret of [person, statement, 'Ada']) expect(text).not.toContain(secret);
    clock.moveBy(20 * day);
    expect(await apply(cohort, self('ADA', request))).toEqual(made);
    await expect(apply(cohort, self('ADA'))).rejects.toEqual(refused('application.already'));
  });

  test('two requests at the same moment make one application', async () => {
    const cohort = await at.givenCohort();
    await givenPerson(at.table, clock, trust, 'TWICE');
    const outcomes = await Promise.allSettled([apply(cohort, self('TWICE')), apply(cohort, self('TWICE'))]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await listed(at.as(trust), cohort)).toHaveLength(1);
  });

  test('is refused without a record of one’s own; who is not of the audience may apply, and sees what speaks against it', async () => {
    const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
    const cohort = await at.givenCohort({ audience });
    await expect(apply(cohort, self('NOBODY'))).rejects.toEqual(refused('person.not-found'));
    await givenPerson(at.table, clock, trust, 'NURSE');
    expect(await apply(cohort, self('NURSE'))).toMatchObject({ status: 'applied', objections: ['staff-group'] });
    await givenPerson(at.table, clock, trust, 'TWIN1', { email: 'twin@example.org' });
    await givenPerson(at.table, clock, trust, 'TWIN2', { email: 'twin@example.org' });
    await expect(apply(cohort, self('TWIN'))).rejects.toEqual(refused('person.not-unique'));
  });

  test('only where applications are taken, while they are, and while the cohort is open', async () => {
    await givenPerson(at.table, clock, trust, 'TIMES');
    await expect(apply(await at.given(), self('TIMES'))).rejects.toEqual(refused('application.none'));
    const opensAt = new Date(clock.now().getTime() + day).toISOString();
    const cohort = await at.givenCohort({ opensAt });
    await expect(apply(cohort, self('TIMES'))).rejects.toEqual(refused('cohort.not-open-yet'));
    const closed = await at.givenCohort();
    await closeCohort.perform(at.as(host), { cohort: closed.id });
    await expect(apply(closed, self('TIMES'))).rejects.toEqual(refused('cohort.not-open'));
    clock.moveBy(11 * day);
    await expect(apply(cohort, self('TIMES'))).rejects.toEqual(refused('application.closed'));
  });

  test('a cohort takes five hundred applications', async () => {
    const cohort = await at.givenCohort();
    const applicants = Array.from({ length: 500 }, (_, index) => `per_${String(index).padStart(16, '0')}`);
    await Promise.all(
      applicants.slice(1).map(async (person) => {
        await at.table.put({ ...keys.applicant(cohort.id, person), application: 'app_0123456789ab' });
      }),
    );
    await givenPerson(at.table, clock, trust, 'LAST');
    await givenPerson(at.table, clock, trust, 'LATE');
    expect(await apply(cohort, self('LAST'))).toMatchObject({ status: 'applied' });
    await expect(apply(cohort, self('LATE'))).rejects.toEqual(refused('application.full'));
  });

  test('the places of such a cohort cannot be claimed', async () => {
    await expect(at.claim(await at.givenCohort(), trust)).rejects.toEqual(refused('cohort.by-application'));
  });
});

describe('nominating', () => {
  test('is done by the line manager or a lead, for a person who sees it and may withdraw it', async () => {
    const cohort = await at.givenCohort();
    await givenPerson(at.table, clock, trust, 'BOSS');
    const report = await givenPerson(at.table, clock, trust, 'REPORT', { managerReference: 'BOSS' });
    const other = await givenPerson(at.table, clock, trust, 'OTHER');
    const boss = () => contextOf(at.table, clock, memberNamed(trust, 'BOSS', ['manager']));
    const nominate = async (context: Context, person: string) =>
      await nominatePerson.perform(context, { cohort: cohort.id, person, statement });
    await told();
    const made = await nominate(boss(), report);
    expect(made).toMatchObject({ status: 'nominated', person: report });
    expect(await told()).toEqual([['application.submitted', [trust], 'nominated', undefined]]);
    await expect(nominate(boss(), other)).rejects.toEqual(refused('person.not-found'));
    await expect(nominate(at.as(council), other)).rejects.toEqual(refused('person.not-found'));
    expect(await nominate(at.as(trust), other)).toMatchObject({ status: 'nominated' });
    await expect(apply(cohort, self('OTHER'))).rejects.toEqual(refused('application.already'));
    expect(await seenBy(self('REPORT'), cohort, made.id)).toEqual(made);
    expect(await withdraw(cohort, made.id, self('REPORT'))).toMatchObject({ status: 'withdrawn' });
  });
});

describe('endorsing and declining', () => {
  test('endorsing shows it to the host, and records the release by the manager', async () => {
    const cohort = await at.givenCohort();
    const { application, person } = await at.applied(cohort, trust);
    await told();
    await expect(seenBy(at.as(host), cohort, application)).rejects.toEqual(refused('application.not-found'));
    await expect(endorse(cohort, application, council)).rejects.toEqual(refused('application.not-found'));
    await expect(endorse(cohort, application, host)).rejects.toEqual(refused('application.not-found'));
    expect(await endorse(cohort, application)).toMatchObject({ status: 'endorsed', person });
    expect(await endorse(cohort, application)).toMatchObject({ status: 'endorsed' });
    expect(await told()).toEqual([['application.endorsed', [trust, host], 'endorsed', undefined]]);
    const seen = await seenBy(at.as(host), cohort, application);
    expect(seen).toMatchObject({ applicant: { name: 'Example Person', band: '8a' }, organisation: trust });
    expect(Object.keys(seen)).not.toContain('person');
    expect(Object.keys(seen.applicant ?? {}).sort()).toEqual(['band', 'name', 'role', 'staffGroup']);
    const releases = await at.table.get(keys.personRelease(trust, person, cohort.id), releasePerson.output);
    expect(releases).toMatchObject({ by: 'lead', backfill: 'arranged' });
    await expect(decline(cohort, application)).rejects.toEqual(refused('application.decided'));
    await expect(endorse(cohort, 'app_0123456789ab')).rejects.toEqual(refused('application.not-found'));
  });

  test('declining tells the person why, and the host nothing', async () => {
    const cohort = await at.givenCohort();
    const { application, actor, person } = await at.applied(cohort, trust);
    await told();
    await expect(decline(cohort, application, { reason: 'other' })).rejects.toEqual(refused('request.invalid'));
    const words = 'Your own programme begins in May';
    await decline(cohort, application, { reason: 'other-development', words });
    await decline(cohort, application, { reason: 'not-at-this-time' });
    expect(await told()).toEqual([['application.declined', [trust], 'declined', 'other-development']]);
    expect(await seenBy(contextOf(at.table, clock, actor), cohort, application)).toMatchObject({
      status: 'declined',
      reason: 'other-development',
      meaning: 'Another way to develop suits you better',
      words,
    });
    await expect(seenBy(at.as(host), cohort, application)).rejects.toEqual(refused('application.not-found'));
    await expect(endorse(cohort, application)).rejects.toEqual(refused('application.decided'));
    expect(await at.table.get(keys.personRelease(trust, person, cohort.id), releasePerson.output)).toBeUndefined();
    const withdrawn = await withdraw(cohort, application, contextOf(at.table, clock, actor));
    expect(withdrawn).toMatchObject({ status: 'withdrawn', reason: 'other-development' });
    for (const text of ['statement', 'words']) expect(withdrawn).not.toHaveProperty(text);
    const item = await at.table.get(keys.application(cohort.id, application), applicationSchema);
    for (const text of ['statement', 'words']) expect(item).not.toHaveProperty(text);
    await expect(apply(cohort, contextOf(at.table, clock, actor))).rejects.toEqual(refused('application.already'));
  });

  test('of somebody who was removed, or for a cohort that is over or cancelled, is refused', async () => {
    const cohort = await at.givenCohort();
    const [gone, other] = [await at.applied(cohort, trust), await at.applied(cohort, trust)];
    const context = contextOf(at.table, clock, personOf(trust), { expectedVersion: 1 });
    await removePerson.perform(context, { person: gone.person });
    await expect(endorse(cohort, gone.application)).rejects.toEqual(refused('person.not-found'));
    const left = await seenBy(at.as(trust), cohort, gone.application);
    expect(Object.keys(left).sort()).toEqual(['cohort', 'id', 'organisation', 'person', 'status']);
    const another = await at.givenCohort();
    const late = await at.applied(another, trust);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(endorse(cohort, other.application)).rejects.toEqual(refused('cohort.already-ended'));
    clock.moveBy(201 * day);
    await expect(endorse(another, late.application)).rejects.toEqual(refused('cohort.over'));
  });
});

describe('withdrawing', () => {
  test('erases what was written; the person can apply again, and the host sees that only when it is endorsed', async () => {
    const cohort = await at.givenCohort();
    const { application, actor } = await at.endorsed(cohort, trust);
    const own = () => contextOf(at.table, clock, actor);
    await told();
    const withdrawn = await withdraw(cohort, application, own());
    expect(withdrawn).toMatchObject({ status: 'withdrawn' });
    expect(Object.keys(withdrawn)).not.toContain('statement');
    expect(await withdraw(cohort, application)).toEqual(withdrawn);
    expect(Object.keys(await seenBy(at.as(host), cohort, application)).sort()).toEqual([
      'cohort',
      'id',
      'organisation',
      'status',
    ]);
    expect(await apply(cohort, own())).toMatchObject({ id: application, status: 'applied', statement });
    expect(await told()).toEqual([
      ['application.withdrawn', [trust, host], 'withdrawn', undefined],
      ['application.submitted', [trust], 'applied', undefined],
    ]);
    await expect(seenBy(at.as(host), cohort, application)).rejects.toEqual(refused('application.not-found'));
    await withdraw(cohort, application);
    expect(await told()).toEqual([['application.withdrawn', [trust], 'withdrawn', undefined]]);
  });

  test('is nobody else’s to do', async () => {
    const cohort = await at.givenCohort();
    const [one, other] = [await at.endorsed(cohort, trust), await at.applied(cohort, trust)];
    const strangers = [contextOf(at.table, clock, other.actor), at.as(council), at.as(host)];
    for (const context of strangers) {
      await expect(withdraw(cohort, one.application, context)).rejects.toEqual(refused('application.not-found'));
    }
  });
});

test('a list shows the host endorsed ones, leads their organisation’s, everybody else their own', async () => {
  const cohort = await at.givenCohort();
  const one = await at.endorsed(cohort, trust);
  const two = await at.applied(cohort, trust);
  const three = await at.endorsed(cohort, council);
  const ids = (...some: readonly { readonly application: string }[]) =>
    some.map(({ application }) => application).sort();
  expect(await listed(at.as(host), cohort)).toEqual(ids(one, three));
  expect(await listed(at.as(trust), cohort)).toEqual(ids(one, two));
  expect(await listed(at.as(trust), cohort, { status: 'applied' })).toEqual(ids(two));
  expect(await listed(contextOf(at.table, clock, two.actor), cohort)).toEqual(ids(two));
  expect(await listed(self('UNKNOWN'), cohort)).toEqual([]);
  const pages = await listApplications.perform(at.as(host), { cohort: cohort.id, limit: 1 });
  const next = await listApplications.perform(at.as(host), { cohort: cohort.id, limit: 1, after: pages.next });
  expect([...pages.items, ...next.items].map(({ id }) => id)).toEqual(ids(one, three));
  await expect(listed(at.as(host), cohort, { after: 'anything' })).rejects.toEqual(refused('request.invalid'));
});

test('what was lost on its way is told anew, as it stands', async () => {
  const cohort = await at.givenCohort();
  const { application } = await at.endorsed(cohort, trust);
  const item = await at.table.get(keys.application(cohort.id, application), applicationSchema);
  if (item === undefined) throw new Error('There is no application');
  expect(restateApplication(item)).toMatchObject([
    { type: 'application.restated', audience: [trust, host], data: { application, status: 'endorsed' } },
  ]);
});
