import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { apiHandler } from '../../functions/http/api-handler.ts';
import { statusOf } from '../../functions/http/problem.ts';
import { route, type Route } from '../../functions/http/route.ts';
import { refusal, refusals, type ErrorKind, type RefusalCode } from '../../shared/errors.ts';
import { createProgramme } from '../../shared/programmes/create-programme.ts';
import { defineOperation, nothingOwned } from '../../shared/operation.ts';
import { openTable } from '../../shared/table/table.ts';
import { allRoutes, recordingEdge, testApi, type ApiAnswer } from '../support/api.ts';
import { apiEvent, lambdaContext } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { injectFaults, type FaultRates } from '../support/faults.ts';
import { givenFirstOrganisation } from '../support/given-organisations.ts';
import { createTestTable, databaseClient, type TestTable } from '../support/table.ts';

const clock = movableClock();
let made: TestTable;
let host: string;

beforeAll(async () => {
  made = await createTestTable();
  host = (await givenFirstOrganisation(made.table, clock)).membership?.organisation ?? '';
});
afterAll(async () => {
  await made.remove();
});

const get = 'GET /v1/thing';
/** A route that anyone may call and that does this, or refuses so. */
function routeDoing(run: () => unknown, ...codes: readonly RefusalCode[]): Route {
  return route(
    'GET',
    '/v1/thing',
    defineOperation({
      name: 'get-health',
      summary: 'A thing',
      kind: 'read',
      input: z.strictObject({}),
      output: z.unknown(),
      example: {},
      refusals: codes,
      notFound: 'request.unknown-route',
      target: nothingOwned,
      run: async () => await Promise.resolve(run()),
    }),
  );
}
const apiDoing = (run: () => unknown, ...codes: readonly RefusalCode[]) =>
  testApi(made.table, clock, [routeDoing(run, ...codes)]);

/** An API on this table whose every request to the database, tried once, meets a fault. */
function faultyApi(rates: Partial<FaultRates>) {
  const client = databaseClient(1);
  injectFaults(client, { throttled: 0, lost: 0, conflicts: 0, ...rates }, () => 0);
  return testApi(openTable(client, made.name), clock);
}

/** An API that waits for a table that does not answer, until it is given up. */
function waitingApi() {
  const client = databaseClient(1);
  const { promise, reject } = Promise.withResolvers<never>();
  client.middlewareStack.add(() => async () => await promise, { step: 'finalizeRequest' });
  const edge = recordingEdge(openTable(client, made.name), clock);
  const giveUp = () => {
    reject(new Error('The table does not answer'));
    client.destroy();
  };
  return { edge, handler: apiHandler(allRoutes, () => edge), giveUp };
}

const everyHeader = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

describe('a refusal', () => {
  const statuses: Readonly<Record<ErrorKind, number>> = {
    invalid: 400,
    unauthenticated: 401,
    forbidden: 403,
    'not-found': 404,
    conflict: 409,
    stale: 412,
    'too-large': 413,
    mismatch: 422,
    unavailable: 503,
  };
  const isCode = (code: string): code is RefusalCode => code in refusals;

  test.each(Object.keys(refusals).filter(isCode))('%s is a problem document of its own', async (code) => {
    const { kind, title } = refusals[code];
    const fields = [{ field: 'quantity', message: 'This is wrong' }];
    const api = apiDoing(() => {
      throw refusal(code, 'In this case', { fields, facts: { free: 2 } });
    }, code);
    const { status, headers, body } = await api.send(get);
    expect(status).toBe(statuses[kind]);
    expect(body).toEqual({
      type: `urn:cohortium:problem:${code}`,
      title,
      status,
      detail: 'In this case',
      code,
      instance: expect.stringMatching(/^urn:cohortium:request:request-\d+$/),
      fields,
      facts: { free: 2 },
    });
    expect(headers).toEqual({
      ...everyHeader,
      'content-type': 'application/problem+json',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    });
    expect(statusOf(kind)).toBe(status);
  });

  test('of an address that the Lambda does not serve names the request', async () => {
    const { status, headers, body } = await testApi(made.table, clock).send('GET /v1/nothing');
    expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'request.unknown-route' });
    expect(headers).toEqual({ ...everyHeader, 'content-type': 'application/problem+json' });
  });
});

describe('an answer', () => {
  const answerTo = async (output: unknown): Promise<ApiAnswer> => await apiDoing(() => output).send(get);

  test('carries its version as ETag', async () => {
    expect(await answerTo({ version: 7, name: 'é' })).toEqual({
      status: 200,
      headers: { ...everyHeader, 'content-type': 'application/json', etag: '"7"' },
      body: { version: 7, name: 'é' },
    });
  });

  test.each([[{}], [{ version: '0.1.0' }], [{ item: { version: 7 } }]])(
    'without a version, %j, has none',
    async (body) => {
      expect((await answerTo(body)).headers).toEqual({ ...everyHeader, 'content-type': 'application/json' });
    },
  );

  test('of something made has the status of its route', async () => {
    const caller = { kind: 'person', subject: 'first-administrator', organisation: host } as const;
    const headers = { 'idempotency-key': 'made' };
    const request = { caller, headers, body: createProgramme.example };
    expect((await testApi(made.table, clock).send('POST /v1/programmes', request)).status).toBe(201);
  });
});

describe('an answer that is a file', () => {
  const fileFrom = (run: () => unknown, answers: Route['answers']) =>
    testApi(made.table, clock, [{ ...routeDoing(run, 'cohort.not-found'), answers }]);

  test.each(['text/csv', 'text/calendar'] as const)('is %s, under its name, and nothing else', async (answers) => {
    const file = { name: 'places-coh_1.csv', content: '\ufeffticket\r\n1\r\n' };
    expect(await fileFrom(() => file, answers).send(get)).toEqual({
      status: 200,
      headers: {
        ...everyHeader,
        'content-type': `${answers}; charset=utf-8`,
        'content-disposition': 'attachment; filename="places-coh_1.csv"',
      },
      body: file,
    });
  });

  test('is a problem document all the same when it is refused, and a fault when it is none', async () => {
    const refused = fileFrom(() => {
      throw refusal('cohort.not-found');
    }, 'text/csv');
    const problem = { ...everyHeader, 'content-type': 'application/problem+json' };
    expect(await refused.send(get)).toMatchObject({ status: 404, headers: problem });
    for (const name of ['../x.csv', 'x".csv', 'x.csv\r\nset-cookie: a=b', 'é.csv'])
      expect((await fileFrom(() => ({ name, content: '' }), 'text/csv').send(get)).status).toBe(500);
  });
});

describe('a fault of ours', () => {
  const secret = 'pk PERSON#sub-1 at 10.0.0.1';

  test.each<readonly [string, unknown]>([
    ['an error', new Error(secret)],
    ['a wrong item', new z.ZodError([{ code: 'custom', path: [secret], message: secret, input: secret }])],
    ['a thrown text', secret],
    ['nothing', undefined],
  ])('%s: the caller learns nothing but its request, the log all', async (_what, thrown) => {
    const api = apiDoing(() => {
      throw thrown;
    });
    const { status, headers, body } = await api.send(get);
    expect({ status, body, headers }).toEqual({
      status: 500,
      body: {
        type: 'urn:cohortium:problem:request.failed',
        title: refusals['request.failed'].title,
        status: 500,
        detail: refusals['request.failed'].title,
        code: 'request.failed',
        instance: expect.stringMatching(/^urn:cohortium:request:request-\d+$/),
      },
      headers: { ...everyHeader, 'content-type': 'application/problem+json' },
    });
    const request = String(body['instance']).replace('urn:cohortium:request:', '');
    expect(api.recorded).toEqual([
      {
        kind: 'failed',
        message: 'A request failed',
        facts: { operation: 'get-health', request, error: thrown ?? 'unknown' },
      },
      { kind: 'info', message: 'Request', facts: expect.objectContaining({ status: 500, code: 'request.failed' }) },
      { kind: 'measure', message: 'get-health', facts: { milliseconds: expect.any(Number), status: 500 } },
    ]);
  });

  test('a table that cannot be reached', async () => {
    const api = faultyApi({ lost: 1 });
    expect(await api.send('GET /v1/health')).toMatchObject({ status: 500, body: { code: 'request.failed' } });
    expect(api.recorded.map(({ kind }) => kind)).toEqual(['failed', 'info', 'measure']);
  });

  test('a caller whom the authoriser describes in words that are none of its own', async () => {
    const edge = recordingEdge(made.table, clock);
    const event = apiEvent('GET /v1/places');
    const authorizer = { lambda: { kind: 'administrator', subject: 'sub-1' } };
    const forged = { ...event, requestContext: { ...event.requestContext, authorizer } };
    const { statusCode, body } = await apiHandler(allRoutes, () => edge)(forged, lambdaContext());
    expect(statusCode).toBe(500);
    expect(body).not.toContain('administrator');
  });
});

describe('a table that is too busy', () => {
  const caller = () => ({ kind: 'person', subject: 'first-administrator', organisation: host }) as const;
  const create = () => ({ caller: caller(), headers: { 'idempotency-key': 'busy' }, body: createProgramme.example });
  const busy = { status: 503, body: { code: 'request.busy' }, headers: { ...everyHeader, 'retry-after': '1' } };

  test('when it throttles, asks to come again in a second, and is no fault', async () => {
    const api = faultyApi({ throttled: 1 });
    expect(await api.send('GET /v1/health')).toMatchObject(busy);
    expect(await api.send('POST /v1/programmes', create())).toMatchObject(busy);
    expect(api.recorded.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(api.recorded[0]?.facts).toMatchObject({ status: 503, code: 'request.busy' });
  });

  test('when a transaction is in the way of a write, or of another transaction', async () => {
    const api = testApi(made.table, clock);
    const invitation = { caller: caller(), headers: { 'idempotency-key': 'joins' }, body: { roles: ['staff'] } };
    const { body } = await api.send('POST /v1/invitations/members', invitation);
    const accept = {
      caller: { kind: 'person', subject: 'joiner' } as const,
      headers: { 'idempotency-key': 'joins' },
      body: { code: body['code'] },
    };
    expect(await faultyApi({ conflicts: 1 }).send('POST /v1/invitations/accept', accept)).toMatchObject(busy);
    expect(await faultyApi({ conflicts: 1 }).send('POST /v1/programmes', create())).toMatchObject(busy);
    expect((await api.send('POST /v1/invitations/accept', accept)).status).toBe(201);
  });
});

describe('a request that takes too long', () => {
  test('is answered before Lambda would end it without a word', async () => {
    const { edge, handler, giveUp } = waitingApi();
    const { statusCode, headers, body } = await handler(apiEvent('GET /v1/health'), lambdaContext(230));
    const problem: unknown = JSON.parse(body);
    expect({ statusCode, headers, problem }).toMatchObject({
      statusCode: 503,
      headers: { ...everyHeader, 'content-type': 'application/problem+json', 'retry-after': '1' },
      problem: { code: 'request.failed', detail: expect.stringContaining('Idempotency-Key') },
    });
    expect(edge.recorded.map(({ kind, facts }) => [kind, facts['status'] ?? facts['operation']])).toEqual([
      ['failed', 'get-health'],
      ['info', 503],
      ['measure', 503],
    ]);
    // What comes of it after all changes nothing more.
    giveUp();
    await new Promise((resolve) => setImmediate(resolve));
    expect(edge.recorded).toHaveLength(3);
  });

  test('is not cut short while there is time', async () => {
    const { handler, giveUp } = waitingApi();
    const answered = handler(apiEvent('GET /v1/health'), lambdaContext(60_000));
    const soon = new Promise((resolve) => setImmediate(() => resolve('waiting')));
    expect(await Promise.race([answered, soon])).toBe('waiting');
    giveUp();
    expect((await answered).statusCode).toBe(500);
  });
});
