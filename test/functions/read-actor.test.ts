import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonActor, Role } from '../../shared/context.ts';
import { createProgramme } from '../../shared/programmes/create-programme.ts';
import { openTable } from '../../shared/table/table.ts';
import { testApi, type ApiAnswer, type TestApi } from '../support/api.ts';
import type { ApiCaller, ApiRequest } from '../support/api-event.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { movableClock } from '../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from '../support/given-organisations.ts';
import { createTestTable, databaseClient, type TestTable } from '../support/table.ts';

const clock = movableClock();
let made: TestTable;
let api: TestApi;
let first: PersonActor;
let second: PersonActor;

beforeAll(async () => {
  made = await createTestTable();
  api = testApi(made.table, clock);
  first = await givenFirstOrganisation(made.table, clock);
  second = await givenOrganisation(made.table, clock, first, 'Second');
});
afterAll(async () => {
  await made.remove();
});

const idOf = (person: PersonActor) => person.membership?.organisation ?? '';
const join = async (administrator: PersonActor, subject: string, ...roles: Role[]) =>
  await givenMember(made.table, clock, { administrator, subject, roles });
const as = (subject: string, organisation?: string): ApiCaller => ({
  kind: 'person',
  subject,
  ...(organisation === undefined ? {} : { organisation }),
});

let requests = 0;
/** Plans a programme, which a lead or an administrator may. */
async function plan(caller: ApiCaller, headers: ApiRequest['headers'] = {}): Promise<ApiAnswer> {
  const key = { 'idempotency-key': `plan-${String((requests += 1))}` };
  return await api.send('POST /v1/programmes', {
    caller,
    headers: { ...key, ...headers },
    body: createProgramme.example,
  });
}
const refusedWith = (status: number, code: string) => ({ status, body: { code } });

describe('a person who belongs to two organisations', () => {
  test('acts for the one that the request names, with the roles held there', async () => {
    await join(first, 'both', 'programme-lead');
    await join(second, 'both', 'staff');
    expect(await plan(as('both', idOf(first)))).toMatchObject({ status: 201, body: { host: idOf(first) } });
    expect(await plan(as('both', idOf(second)))).toMatchObject(refusedWith(403, 'actor.not-allowed'));
  });

  test('is told of both when asking who they are, whichever the request names', async () => {
    for (const organisation of [undefined, idOf(first), 'org_zzzzzzz']) {
      const { status, body } = await api.send('GET /v1/me', { caller: as('both', organisation) });
      expect(status).toBe(200);
      expect(body['memberships']).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ organisation: idOf(first), roles: ['programme-lead'] }),
          expect.objectContaining({ organisation: idOf(second), roles: ['staff'] }),
        ]),
      );
    }
  });

  test('must name one: none is guessed', async () => {
    expect(await plan(as('both'))).toMatchObject(refusedWith(400, 'actor.organisation-missing'));
  });

  test('cannot name both, nor one in another spelling', async () => {
    for (const named of [
      `${idOf(first)},${idOf(second)}`,
      `${idOf(first)}, ${idOf(first)}`,
      idOf(first).toUpperCase(),
      ` ${idOf(first)}`,
      `${idOf(first)}#MEMBER`,
      idOf(first).replace('org_', ''),
      '__proto__',
    ]) {
      expect(await plan(as('both', named))).toMatchObject(refusedWith(400, 'actor.organisation-missing'));
    }
  });
});

test('what concerns the person alone reads no membership, whatever organisation is named', async () => {
  const client = databaseClient();
  const meter = meterCapacity(client);
  const metered = testApi(openTable(client, made.name), clock);
  const reads = async (route: string, organisation?: string) => {
    await metered.send(route, { caller: as('first-administrator', organisation) });
    return meter.take().filter(({ part }) => part === 'member').length;
  };
  // Their list of memberships is what they ask for; the one named beside it is not looked at.
  expect(await reads('GET /v1/me', idOf(first))).toBe(await reads('GET /v1/me'));
  expect(await reads('GET /v1/places', idOf(first))).toBe(1);
  client.destroy();
});

describe('what a person may do is read at each request', () => {
  const administrator = () => ({ caller: as('first-administrator', idOf(first)) });

  test('new roles count at the next one', async () => {
    const person = await join(first, 'promoted', 'staff');
    const member = person.membership?.member ?? '';
    const changeRoles = async (version: string, ...roles: Role[]) =>
      await api.send('PUT /v1/members/{member}/roles', {
        ...administrator(),
        path: { member },
        headers: { 'if-match': version },
        body: { roles },
      });
    expect(await plan(as('promoted', idOf(first)))).toMatchObject(refusedWith(403, 'actor.not-allowed'));
    expect((await changeRoles('1', 'programme-lead')).status).toBe(200);
    expect((await plan(as('promoted', idOf(first)))).status).toBe(201);
    expect((await changeRoles('2', 'staff')).status).toBe(200);
    expect(await plan(as('promoted', idOf(first)))).toMatchObject(refusedWith(403, 'actor.not-allowed'));
  });

  test('who is removed is nobody at the next one, there and only there', async () => {
    const person = await join(first, 'leaving', 'programme-lead');
    await join(second, 'leaving', 'programme-lead');
    expect((await plan(as('leaving', idOf(first)))).status).toBe(201);
    const removed = await api.send('DELETE /v1/members/{member}', {
      ...administrator(),
      path: { member: person.membership?.member ?? '' },
      headers: { 'if-match': '1' },
    });
    expect(removed.status).toBe(200);
    expect(await plan(as('leaving', idOf(first)))).toMatchObject(refusedWith(400, 'actor.organisation-missing'));
    expect((await plan(as('leaving', idOf(second)))).status).toBe(201);
  });
});

describe('a person who belongs to none', () => {
  test('may ask who they are, and nothing of an organisation', async () => {
    const nobody = { kind: 'person', subject: 'nobody' } as const;
    const { status, body } = await api.send('GET /v1/me', { caller: { ...nobody, email: 'nobody@example.org' } });
    expect({ status, body }).toEqual({ status: 200, body: { email: 'nobody@example.org', memberships: [] } });
    expect(await plan(as('nobody', idOf(first)))).toMatchObject(refusedWith(400, 'actor.organisation-missing'));
  });
});

describe('an API key', () => {
  const key = (...scopes: string[]): ApiCaller => ({ kind: 'client', organisation: idOf(first), scopes });

  test('acts for its own organisation, named or not', async () => {
    const body = { host: idOf(first) };
    expect(await plan(key('programmes:write'))).toMatchObject({ status: 201, body });
    const named = { 'cohortium-organisation': idOf(first) };
    expect(await plan(key('programmes:write'), named)).toMatchObject({ status: 201, body });
  });

  test.each(['another', 'none at all', ''])('that names %s is refused, not corrected', async (what) => {
    const named = { 'cohortium-organisation': what === 'another' ? idOf(second) : what };
    expect(await plan(key('programmes:write'), named)).toMatchObject(refusedWith(400, 'actor.organisation-missing'));
  });

  test('has no scope that there is not', async () => {
    expect(await plan(key('programmes:write '))).toMatchObject({ status: 201 });
    for (const scopes of [['programmes'], ['programmes:*'], ['*'], ['PROGRAMMES:WRITE'], ['programmes:read'], []]) {
      expect(await plan(key(...scopes))).toMatchObject(refusedWith(403, 'actor.not-allowed'));
    }
  });

  test('is no person', async () => {
    expect(await api.send('GET /v1/me', { caller: key('programmes:read') })).toMatchObject(
      refusedWith(403, 'actor.not-allowed'),
    );
  });
});

test('what anyone may ask is answered whoever they say that they are', async () => {
  for (const caller of [undefined, { kind: 'refused' } as const, as('both', 'org_zzzzzzz')]) {
    expect((await api.send('GET /v1/health', { caller })).status).toBe(200);
  }
});
