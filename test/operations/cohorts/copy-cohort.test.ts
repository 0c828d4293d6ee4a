import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { copyCohort } from '../../../shared/cohorts/copy-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { succeedOrganisation } from '../../../shared/organisations/succeed-organisation.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import { changeCapacity } from '../../../shared/places/change-capacity.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { givenProgramme } from '../../support/given.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { organisationFor } from '../../support/successions.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('the next cohort, from one there is', () => {
  const clock = movableClock();
  const host = organisationNamed('host');
  let database: TestTable;
  let relay: StreamRelay;
  let programme: string;
  let cohort: string;
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    programme = await givenProgramme(database.table, clock, host);
    const sessions = [
      { day: '2027-09-14', from: '09:30', to: '16:30', venue: 'King George Hospital' },
      { day: '2027-11-02', from: '09:30', to: '12:30' },
    ];
    const planned = await createCohort.perform(as(), { ...createCohort.example, programme, sessions });
    cohort = planned.id;
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const as = (request = {}, organisation = host) => contextOf(database.table, clock, personOf(organisation), request);
  const next = { name: 'Spring 2028', opensAt: '2027-10-01T09:00:00Z' };
  const copy = async (given: Readonly<Record<string, unknown>>, request = {}) =>
    await copyCohort.perform(as(request), { cohort, ...next, ...given });

  test('is a draft of the same programme, moved by days or to a first day, with the gaps of the other', async () => {
    const made = await copy({ firstDay: '2028-03-14' });
    expect(made).toMatchObject({
      ...next,
      programme,
      host,
      status: 'draft',
      version: 1,
      firstDay: '2028-03-14',
      lastDay: '2028-05-02',
      sessions: [
        { day: '2028-03-14', from: '09:30', to: '16:30', venue: 'King George Hospital' },
        { day: '2028-05-02', from: '09:30', to: '12:30' },
      ],
      capacity: 20,
      waitlist: 10,
      limit: 8,
    });
    expect(made.id).not.toBe(cohort);
    expect(await relay.relayAll()).toMatchObject([
      { type: 'cohort.created', audience: [host], data: { cohort: made.id, programme, firstDay: '2028-03-14' } },
    ]);
    expect(await copy({ days: 182 })).toMatchObject({ firstDay: '2028-03-14', lastDay: '2028-05-02' });
    expect(await copy({ days: -7, opensAt: '2027-01-01T00:00:00Z' })).toMatchObject({ firstDay: '2027-09-07' });
  });

  test('repeated, it is answered with the copy as it is now, and made once', async () => {
    const request = { idempotencyKey: 'copy-once' };
    const made = await copy({ days: 364 }, request);
    await updateCohort.perform(as({ expectedVersion: 1 }), { cohort: made.id, capacity: 12 });
    expect(await copy({ days: 364 }, request)).toMatchObject({ id: made.id, version: 2, capacity: 12 });
    await expect(copy({ days: 365 }, request)).rejects.toMatchObject({ code: 'request.key-reused' });
    const created = await createCohort.perform(as(request), { ...createCohort.example, programme });
    expect(created.id).not.toBe(made.id);
  });

  test('repeated after a partner was succeeded, both are answered as they were; anew, the partner is refused', async () => {
    const { table } = database;
    const administrator = await givenFirstOrganisation(table, clock);
    const partner = organisationFor(await givenOrganisation(table, clock, administrator, 'Old Trust'));
    const held = [{ organisation: partner, places: 2, until: '2027-06-01' }];
    const planning = { ...createCohort.example, programme, held };
    const [once, again] = [{ idempotencyKey: 'plan-held' }, { idempotencyKey: 'copy-held' }];
    const planned = await createCohort.perform(as(once), planning);
    const copied = await copyCohort.perform(as(again), { cohort: planned.id, ...next, days: 364 });
    const heir = organisationFor(administrator);
    await succeedOrganisation(table, clock, partner, { by: heir, on: '2027-02-01' });
    expect(await createCohort.perform(as(once), planning)).toEqual(planned);
    expect(await copyCohort.perform(as(again), { cohort: planned.id, ...next, days: 364 })).toEqual(copied);
    const other = { ...planning, name: 'Another' };
    await expect(createCohort.perform(as(once), other)).rejects.toMatchObject({ code: 'request.key-reused' });
    // Control: it is refused whenever it is not answered as a repetition.
    await expect(createCohort.perform(as(), planning)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'held.0.organisation' }] },
    });
  });

  test('goes by the capacity that the other has now, and by nothing else that became of it', async () => {
    await openCohort.perform(as(), { cohort });
    await changeCapacity.perform(as(), { cohort, capacity: 24 });
    const request = { idempotencyKey: 'copy-larger' };
    const made = await copy({ days: 364 }, request);
    expect(made).toMatchObject({ status: 'draft', version: 1, capacity: 24, free: 24 });
    await changeCapacity.perform(as(), { cohort, capacity: 25 });
    expect(await copy({ days: 364 }, request)).toEqual(made);
    await cancelCohort.perform(as(), { cohort });
    expect(await copy({ days: 371 })).toMatchObject({ status: 'draft', capacity: 25 });
    expect(await getCohort.perform(as(), { cohort: made.id })).toEqual(made);
  });

  test.each([
    ['neither a first day nor days', {}, ['firstDay']],
    ['both', { days: 7, firstDay: '2027-09-21' }, ['firstDay']],
    ['a day that there is not', { firstDay: '2028-02-30' }, ['firstDay']],
    ['a first day too far ahead', { firstDay: '2200-01-01' }, ['firstDay']],
    ['a last day too far ahead', { firstDay: '2199-12-01' }, ['firstDay']],
    ['more days than ten years', { days: 3661 }, ['days']],
    ['claims that open when the first day is over', { days: 7, opensAt: '2027-09-22T00:00:00Z' }, ['opensAt']],
    ['no name', { days: 7, name: ' ' }, ['name']],
  ])('%s: refused with the field', async (_what, given, fields) => {
    await expect(copy(given)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: fields.map((field) => ({ field })) },
    });
  });

  test('another organisation copies nothing, be it shared with it', async () => {
    const elsewhere = copyCohort.perform(as({}, organisationNamed('other')), { cohort, ...next, days: 7 });
    await expect(elsewhere).rejects.toMatchObject({ code: 'cohort.not-found' });
  });
});
