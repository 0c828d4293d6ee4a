import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { statusOf } from '../../functions/http/problem.ts';
import { refusals, type RefusalCode } from '../../shared/errors.ts';
import type { Role } from '../../shared/context.ts';
import { testApi, type ApiAnswer, type TestApi } from '../support/api.ts';
import type { ApiCaller, ApiRequest } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from '../support/given-organisations.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

const clock = movableClock();
const claims = 'POST /v1/cohorts/{cohort}/claims';
const lead: Role = 'programme-lead';

let made: TestTable;
let api: TestApi;
let host: string;
let stranger: string;
let cohort: string;
let programme: string;
let claimer: ApiCaller;

beforeAll(async () => {
  made = await createTestTable();
  const { table } = made;
  api = testApi(table, clock);
  const first = await givenFirstOrganisation(table, clock);
  const other = await givenOrganisation(table, clock, first, 'Stranger');
  host = first.membership?.organisation ?? '';
  stranger = other.membership?.organisation ?? '';
  await givenMember(table, clock, { administrator: first, subject: 'lead', roles: [lead] });
  const partner = await givenOrganisation(table, clock, first, 'Partner');
  programme = await givenProgramme(table, clock, host, [partner.membership?.organisation ?? '']);
  cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 3, waitlist: 2, limit: 5 });
  claimer = { kind: 'person', subject: 'lead', organisation: host };
});
afterAll(async () => {
  await made.remove();
});

/** All that stands in a partition, to see that nothing has changed. */
async function everythingIn(client: DynamoDBClient, partition: string): Promise<unknown> {
  const { Items: items } = await client.send(
    new QueryCommand({
      TableName: made.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partition } },
      ConsistentRead: true,
    }),
  );
  return items;
}

const watched = () => [
  `COHORT#${cohort}`,
  `PROGRAMME#${programme}`,
  `ORGANISATION#${host}`,
  `ORGANISATION#${stranger}`,
];
const watch = async () => await Promise.all(watched().map(async (pk) => await everythingIn(made.client, pk)));

/** Sends what is to be refused; sees that it is, in the right words, and that nothing has changed. */
async function refused(route: string, request: ApiRequest, code: RefusalCode): Promise<ApiAnswer> {
  const before = await watch();
  const answer = await api.send(route, request);
  expect(answer.body).toMatchObject({
    code,
    type: `urn:cohortium:problem:${code}`,
    title: refusals[code].title,
    status: statusOf(refusals[code].kind),
  });
  expect(answer.status).toBe(statusOf(refusals[code].kind));
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.body['instance']).toMatch(/^urn:cohortium:request:request-\d+$/);
  expect(await watch()).toEqual(before);
  return answer;
}

const claim = (request: ApiRequest): ApiRequest => ({
  caller: claimer,
  path: { cohort },
  body: { quantity: 1 },
  ...request,
  headers: { 'idempotency-key': 'bad-input', ...request.headers },
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

describe('a query', () => {
  const events = 'GET /v1/events';
  const get = (query: string): ApiRequest => ({ caller: claimer, query });

  test('is read', async () => {
    expect(await api.send(events, get('limit=2'))).toMatchObject({ status: 200, body: { events: expect.any(Array) } });
  });
  test.each([
    ['with a key twice', 'limit=2&limit=3', 'limit'],
    ['with the same thing twice', 'limit=2&limit=2', 'limit'],
    ['with an unknown key', 'limit=2&before=3', 'before'],
    ['with a wrong value', 'limit=two', 'limit'],
    ['with a cursor that is none', 'after=%F0%28', 'after'],
    ['with the key __proto__', '__proto__=1', '__proto__'],
  ])('%s', async (_what, query, field) => {
    expect(fieldsOf(await refused(events, get(query), 'request.invalid'))).toEqual([
      { field, message: expect.any(String) },
    ]);
  });
  test('too long', async () => {
    await refused(events, get(`after=${'x'.repeat(5000)}`), 'request.too-large');
  });
  test('that repeats a field of the path, or of the body', async () => {
    await refused(claims, claim({ query: `cohort=${cohort}` }), 'request.invalid');
    await refused(claims, claim({ query: 'quantity=1' }), 'request.invalid');
  });
});

describe('the headers', () => {
  test('an Idempotency-Key that is missing', async () => {
    await refused(claims, { caller: claimer, path: { cohort }, body: { quantity: 1 } }, 'request.key-missing');
  });
  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(65)],
    ['with a space', 'two words'],
    ['with a control character', 'a\u0007'],
    ['with a letter outside ASCII', 'clé'],
  ])('an Idempotency-Key that is %s', async (_what, key) => {
    const answer = await refused(claims, claim({ headers: { 'idempotency-key': key } }), 'request.invalid');
    expect(fieldsOf(answer)).toEqual([{ field: 'Idempotency-Key', message: expect.any(String) }]);
  });
  test('an Idempotency-Key that was used for something else', async () => {
    const headers = { 'idempotency-key': 'used-before' };
    expect((await api.send(claims, claim({ headers }))).status).toBe(201);
    await refused(claims, claim({ headers, body: { quantity: 2 } }), 'request.key-reused');
  });

  const update = 'PATCH /v1/cohorts/{cohort}';
  const change = (headers: Readonly<Record<string, string>>): ApiRequest => ({
    caller: claimer,
    path: { cohort },
    body: { capacity: 4 },
    headers,
  });
  test('an If-Match that is missing', async () => {
    await refused(update, change({}), 'request.version-missing');
  });
  test.each(['W/"1"', '*', '"1", "2"', '"1', '1"', 'one', '-1', '1.5', '"12345678901"', ''])(
    'an If-Match of %s',
    async (version) => {
      const answer = await refused(update, change({ 'if-match': version }), 'request.invalid');
      expect(fieldsOf(answer)).toEqual([{ field: 'If-Match', message: expect.any(String) }]);
    },
  );
});

test('a version that is stale changes nothing; the one of the ETag does', async () => {
  const headers = { 'idempotency-key': 'a-draft' };
  const body = {
    title: 'T',
    aim: 'A',
    audience: { staffGroups: [], organisationKinds: [] },
    skills: ['strategy'],
    sharedWith: 'all',
  };
  const drafted = await api.send('POST /v1/programmes', { caller: claimer, headers, body });
  expect(drafted).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { version: 1 } });
  const draft = String(drafted.body['id']);
  const update = { caller: claimer, path: { programme: draft }, body: { title: 'Other' } };
  const route = 'PATCH /v1/programmes/{programme}';
  await refused(route, { ...update, headers: { 'if-match': '"2"' } }, 'request.stale');
  expect(await api.send(route, { ...update, headers: { 'if-match': '"1"' } })).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
  });
  await refused(route, { ...update, body: { title: 'Third' }, headers: { 'if-match': '"1"' } }, 'request.stale');
  const read = await api.send('GET /v1/programmes/{programme}', { caller: claimer, path: { programme: draft } });
  expect(read).toMatchObject({ headers: { etag: '"2"' }, body: { title: 'Other', version: 2 } });
});

describe('who calls', () => {
  const subject = 'administrator-of-Stranger';
  test('another tenant finds nothing', async () => {
    await refused(claims, claim({ caller: { kind: 'person', subject, organisation: stranger } }), 'cohort.not-found');
  });
  test('nobody, or somebody whose token is not good', async () => {
    const { caller: _caller, ...anonymous } = claim({});
    expect((await refused(claims, anonymous, 'actor.unauthenticated')).headers['www-authenticate']).toBe('Bearer');
    await refused(claims, claim({ caller: { kind: 'refused' } }), 'actor.unauthenticated');
  });
  test.each([
    ['none', undefined],
    ['one that they are no member of', 'host'],
    ['one that there is not', 'org_zzzzzzz'],
    ['no id of one', 'x'.repeat(3000)],
    ['an empty one', ''],
  ])('somebody who acts for %s: the same answer each time', async (_what, organisation) => {
    const named = organisation === 'host' ? host : organisation;
    const answer = await refused(
      claims,
      claim({ caller: { kind: 'person', subject, organisation: named } }),
      'actor.organisation-missing',
    );
    expect({ ...answer.body, instance: '' }).toEqual({
      type: 'urn:cohortium:problem:actor.organisation-missing',
      title: refusals['actor.organisation-missing'].title,
      status: 400,
      detail: refusals['actor.organisation-missing'].title,
      code: 'actor.organisation-missing',
      instance: '',
    });
  });
  test('a key that names another organisation than its own, or none', async () => {
    const caller: ApiCaller = { kind: 'client', organisation: stranger, scopes: ['places:read'] };
    const own = await api.send('GET /v1/places', { caller });
    expect(own.status).toBe(200);
    const headers = { 'cohortium-organisation': stranger };
    expect((await api.send('GET /v1/places', { caller, headers })).status).toBe(200);
    await refused(
      'GET /v1/places',
      { caller, headers: { 'cohortium-organisation': host } },
      'actor.organisation-missing',
    );
  });
  test('somebody who was removed a moment ago', async () => {
    const administrator = { kind: 'person', subject: 'first-administrator', organisation: host } as const;
    const invited = await api.send('POST /v1/invitations/members', {
      caller: administrator,
      headers: { 'idempotency-key': 'soon-gone' },
      body: { roles: ['programme-lead'] },
    });
    const gone = { kind: 'person', subject: 'gone', organisation: host } as const;
    const joined = await api.send('POST /v1/invitations/accept', {
      caller: gone,
      headers: { 'idempotency-key': 'gone' },
      body: { code: invited.body['code'] },
    });
    expect((await api.send('GET /v1/places', { caller: gone })).status).toBe(200);
    const removed = await api.send('DELETE /v1/members/{member}', {
      caller: administrator,
      path: { member: String(joined.body['member']) },
      headers: { 'if-match': '1' },
    });
    expect(removed.status).toBe(200);
    await refused(claims, claim({ caller: gone }), 'actor.organisation-missing');
  });
  test('an address that this Lambda does not serve', async () => {
    await refused('GET /v1/nothing', { caller: claimer }, 'request.unknown-route');
  });
});
