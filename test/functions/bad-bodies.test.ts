import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefusalCode } from '../../shared/errors.ts';
import type { ApiAnswer, TestApi } from '../support/api.ts';
import type { ApiCaller, ApiRequest } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { createTestTable, type TestTable } from '../support/table.ts';
import { claims, givenWatchedApi, type WatchedApi } from '../support/watched-api.ts';

const clock = movableClock();

let made: TestTable;
let api: TestApi;
let cohort: string;
let claimer: ApiCaller;
let claim: WatchedApi['claim'];
let refused: WatchedApi['refused'];

beforeAll(async () => {
  made = await createTestTable();
  ({ api, cohort, claimer, claim, refused } = await givenWatchedApi(made, clock));
});
afterAll(async () => {
  await made.remove();
});
const fieldsOf = (answer: ApiAnswer) => answer.body['fields'];

test('the same request, put right, is carried out: the controls of all below', async () => {
  const { status, body } = await api.send(claims, claim({ headers: { 'idempotency-key': 'good' } }));
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { cohort, places: [{ ticket: 1, state: 'confirmed' }] },
  });
});

describe('a body that cannot be read', () => {
  const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  const cases: readonly (readonly [string, ApiRequest, RefusalCode])[] = [
    ['malformed JSON', { body: '{"quantity": 1' }, 'request.malformed'],
    ['no JSON at all', { body: 'quantity=1' }, 'request.malformed'],
    ['an array', { body: '[{"quantity":1}]' }, 'request.malformed'],
    ['a text', { body: '"quantity"' }, 'request.malformed'],
    ['null', { body: 'null' }, 'request.malformed'],
    ['deep nesting of arrays', { body: nested }, 'request.malformed'],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 'request.malformed'],
    [
      'a form',
      { body: 'quantity=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      'request.malformed',
    ],
    ['no content type', { headers: { 'content-type': '' } }, 'request.malformed'],
    [
      'bytes that are not UTF-8',
      { base64: true, body: Buffer.from('7b22c328223a317d', 'hex').toString('base64') },
      'request.malformed',
    ],
    ['base64 that is none', { base64: true, body: '%%%%' }, 'request.malformed'],
    ['300 KB', { body: JSON.stringify({ quantity: 1, filler: 'x'.repeat(300_000) }) }, 'request.too-large'],
    ['300 KB in base64', { base64: true, body: Buffer.alloc(300_000, 'x').toString('base64') }, 'request.too-large'],
    ['one byte too many', { body: `{"quantity":1}${' '.repeat(65_536 - 13)}` }, 'request.too-large'],
    ['few characters of many bytes', { body: JSON.stringify({ filler: '€'.repeat(22_000) }) }, 'request.too-large'],
  ];
  test.each(cases)('%s', async (_what, request, code) => {
    await refused(claims, claim(request), code);
  });

  test('of exactly 64 KB, in base64, or with a charset, is read', async () => {
    const full = claim({ body: `{"quantity":0}${' '.repeat(65_536 - 14)}` });
    await refused(claims, full, 'request.invalid');
    await refused(
      claims,
      claim({ base64: true, body: Buffer.from('{"quantity":0}').toString('base64') }),
      'request.invalid',
    );
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    await refused(claims, claim({ body: '{"quantity":0}', headers }), 'request.invalid');
  });

  test('a GET with one', async () => {
    const body = { limit: 2 };
    await refused('GET /v1/cohorts/{cohort}/places', { caller: claimer, path: { cohort }, body }, 'request.malformed');
  });
});

describe('fields that are wrong', () => {
  const cases: readonly (readonly [string, string | object, readonly string[]])[] = [
    ['a wrong type', { quantity: '1' }, ['quantity']],
    ['a fraction', { quantity: 1.5 }, ['quantity']],
    ['too many', { quantity: 51 }, ['quantity']],
    ['null', { quantity: null }, ['quantity']],
    ['an object for a number', { quantity: { $gt: 0 } }, ['quantity']],
    ['several at once', { quantity: 0, allOrNothing: 'yes' }, ['quantity', 'allOrNothing']],
    ['an unknown field', { quantity: 1, organisation: 'org_0000000' }, ['organisation']],
    ['a day that there is not', { confirmUntil: '2027-02-30' }, ['confirmUntil']],
    ['a day that has passed', { confirmUntil: '2026-12-31' }, ['confirmUntil']],
    ['a day after the cohort is over', { confirmUntil: '2027-09-15' }, ['confirmUntil']],
    ['the key __proto__', '{"__proto__":{"quantity":1}}', ['__proto__']],
    ['the key constructor', '{"constructor":{"prototype":{"quantity":2}}}', ['constructor']],
    ['a field of the path again', { cohort: 'coh_0123456789ab' }, ['cohort']],
    ['deep nesting in a field', `{"quantity":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, ['quantity']],
  ];
  test.each(cases)('%s', async (_what, body, fields) => {
    const answer = await refused(claims, claim({ body }), 'request.invalid');
    expect(fieldsOf(answer)).toEqual(fields.map((field) => ({ field, message: expect.any(String) })));
    expect(Object.prototype).not.toHaveProperty('quantity');
  });

  test('the key __proto__ in a nested object', async () => {
    const body =
      '{"title":"T","aim":"A","audience":{"__proto__":{"staffGroups":[]},"staffGroups":[],"organisationKinds":[]},"skills":["strategy"],"sharedWith":"all"}';
    const headers = { 'idempotency-key': 'bad-input' };
    const answer = await refused('POST /v1/programmes', { caller: claimer, body, headers }, 'request.invalid');
    expect(fieldsOf(answer)).toEqual([{ field: 'audience.__proto__', message: expect.any(String) }]);
  });

  test('more than twenty are told as twenty', async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${String(index)}`, 1]));
    expect(fieldsOf(await refused(claims, claim({ body }), 'request.invalid'))).toHaveLength(20);
  });

  test('an id in the path that is none', async () => {
    await refused(claims, claim({ path: { cohort: 'COHORT#1' } }), 'request.invalid');
    await refused(claims, claim({ path: { cohort: 'x'.repeat(5000) } }), 'request.invalid');
  });
});
