import { afterAll, beforeAll, expect, test } from '@jest/globals';
import packageFile from '../../../package.json' with { type: 'json' };
import { getHealth } from '../../../shared/meta/get-health.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let database: TestTable;
beforeAll(async () => {
  database = await createTestTable();
});
afterAll(async () => {
  await database.remove();
});
const healthOf = async (table: Table) => await getHealth.perform(contextOf(table, clock, { kind: 'public' }), {});

test('anybody learns that the installation works, and which version it runs', async () => {
  const health = { status: 'ok', version: packageFile.version };
  expect(await healthOf(database.table)).toEqual(health);
  const member = contextOf(database.table, clock, personOf(organisationNamed('trust'), ['staff']));
  expect(await getHealth.perform(member, {})).toEqual(health);
});

test('an installation whose table does not answer does not work', async () => {
  const silent: Table = { ...database.table, get: async () => await Promise.reject(new Error('No answer')) };
  await expect(healthOf(silent)).rejects.toThrow('No answer');
});

test('nothing can be asked of it beside', async () => {
  const asked = getHealth.perform(contextOf(database.table, clock, { kind: 'public' }), { deep: true });
  await expect(asked).rejects.toMatchObject({ code: 'request.invalid' });
});
