import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyCohort } from '../../../shared/cohorts/copy-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

let made: TestTable;

beforeAll(async () => {
  made = await createTestTable();
});
afterAll(async () => {
  await made.remove();
});

test('that people apply is the host’s choice until the cohort opens, and goes into the next one', async () => {
  const clock = movableClock();
  const host = organisationNamed('host');
  const programme = await givenProgramme(made.table, clock, host);
  const context = (expectedVersion?: number) =>
    contextOf(made.table, clock, personOf(host), expectedVersion === undefined ? {} : { expectedVersion });
  const applications = { closesOn: '2029-03-31' };
  const plan = {
    ...createCohort.example,
    programme,
    sessions: [{ day: '2029-09-14', from: '09:30', to: '16:30' }],
    opensAt: '2029-01-01T09:00:00Z',
  };
  const draft = await createCohort.perform(context(), { ...plan, applications });
  expect(draft.applications).toEqual(applications);
  const update = async (version: number, changes: object) =>
    await updateCohort.perform(context(version), { cohort: draft.id, ...changes });
  expect((await update(1, { applications: null })).applications).toBeUndefined();
  expect((await update(2, { name: 'Spring 2029' })).applications).toBeUndefined();
  expect((await update(3, { applications })).applications).toEqual(applications);
  expect((await update(4, { capacity: 5 })).applications).toEqual(applications);
  await expect(update(5, { applications: { closesOn: '2029-09-14' } })).rejects.toMatchObject({
    code: 'request.invalid',
  });
  const next = { cohort: draft.id, name: 'The next one', opensAt: '2029-01-01T09:00:00Z', days: 7 };
  expect((await copyCohort.perform(context(), next)).applications).toEqual({ closesOn: '2029-04-07' });
});
