import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusals } from '../../shared/errors.ts';
import type { ApiAnswer, TestApi } from '../support/api.ts';
import type { ApiCaller, ApiRequest } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { createTestTable, type TestTable } from '../support/table.ts';
import { claims, givenWatchedApi, type WatchedApi } from '../support/watched-api.ts';

const clock = movableClock();

let made: TestTable;
let api: TestApi;
let host: string;
let stranger: string;
let cohort: string;
let claimer: ApiCaller;
let claim: WatchedApi['claim'];
let refused: WatchedApi['refused'];

beforeAll(async () => {
  made = await createTestTable();
  ({ api, host, stranger, cohort, claimer, claim, refused } = await givenWatchedApi(made, clock));
});
afterAll(async () => {
  await made.remove();
});
const fieldsOf = (answer: ApiAnswer) => answer.body['fields'];

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
