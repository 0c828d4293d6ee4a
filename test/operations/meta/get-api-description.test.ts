import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { describeOwnApi } from '../../../functions/openapi/describe-own-api.ts';
import { getApiDescription } from '../../../shared/meta/get-api-description.ts';
import { allRoutes } from '../../support/api.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

let database: TestTable;
beforeAll(async () => {
  database = await createTestTable();
});
afterAll(async () => {
  await database.remove();
});
const anybody = () => contextOf(database.table, movableClock(), { kind: 'public' });
const descriptionSchema = z.looseObject({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string(), summary: z.string() }))),
});

test('anybody reads the description of every operation, under its address', async () => {
  const { paths } = descriptionSchema.parse(await getApiDescription(describeOwnApi).perform(anybody(), {}));
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId, summary }]) => `${method.toUpperCase()} ${path} ${operationId} ${summary}`,
    ),
  );
  const wanted = allRoutes.map(
    ({ method, path, operation: { name, summary } }) => `${method} ${path} ${name} ${summary}`,
  );
  expect([...described].sort()).toEqual([...wanted].sort());
});

test('the description is the edge’s to give; what it gives is answered as it is', async () => {
  const given = { openapi: '3.1.0', info: { title: 'T' } };
  const describe = async () => await Promise.resolve(given);
  const answer = await getApiDescription(describe).perform(anybody(), {});
  expect(answer).toEqual(given);
  expect(answer).not.toBe(given);
  const failing = getApiDescription(async () => await Promise.reject(new Error('Nothing to describe')));
  await expect(failing.perform(anybody(), {})).rejects.toThrow('Nothing to describe');
});

test('nothing can be asked of it beside', async () => {
  await expect(getApiDescription(describeOwnApi).perform(anybody(), { path: '/v1/health' })).rejects.toMatchObject({
    code: 'request.invalid',
  });
});
