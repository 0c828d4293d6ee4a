import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import type { ApiEvent, ApiResponse } from '../../functions/http/api-event.ts';
import { createProgramme } from '../../shared/programmes/create-programme.ts';
import { apiEvent, lambdaContext, type ApiRequest } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { givenFirstOrganisation } from '../support/given-organisations.ts';
import { createTestTable, databaseCredentials, type TestTable } from '../support/table.ts';

// As infra sets them; the two of the library's own let it write where a test can see it.
Object.assign(process.env, {
  EPOCH: '1',
  POWERTOOLS_SERVICE_NAME: 'programmes',
  POWERTOOLS_METRICS_NAMESPACE: 'Cohortium/dev',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
  AWS_REGION: 'eu-west-2',
  AWS_ACCESS_KEY_ID: databaseCredentials().accessKeyId,
  AWS_SECRET_ACCESS_KEY: databaseCredentials().secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: process.env['DYNAMODB_ENDPOINT'],
});

let made: TestTable;
let organisation: string;
let handler: (event: ApiEvent, context: ReturnType<typeof lambdaContext>) => Promise<ApiResponse>;
let lines: string[];

beforeAll(async () => {
  made = await createTestTable();
  process.env['TABLE_NAME'] = made.name;
  organisation = (await givenFirstOrganisation(made.table, movableClock())).membership?.organisation ?? '';
  ({ handler } = await import('../../functions/api/programmes.ts'));
});
beforeEach(() => {
  lines = [];
  for (const level of ['debug', 'info', 'warn', 'error', 'log'] as const) {
    jest.spyOn(globalThis.console, level).mockImplementation((line) => void lines.push(String(line)));
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await made.remove();
});

const token = 'eyJhbGciOiJSUzI1NiJ9.secret-token.signature';
/** Everything that no line may hold: whatever a person is, has, sends or is reached at. */
const personal = {
  subject: 'first-administrator',
  email: 'ada@example.org',
  address: '203.0.113.77',
  browser: 'Mozilla/5.0 of Ada',
  token,
  idempotencyKey: 'key-of-Ada',
  title: 'Title-that-Ada-wrote',
  field: 'field-that-Ada-wrote',
  query: 'query-of-Ada',
  path: 'path-of-Ada',
};

/** A request with all of it, as API Gateway would hand it over. */
async function send(route: string, request: ApiRequest = {}): Promise<ApiResponse> {
  const headers = {
    authorization: `Bearer ${personal.token}`,
    'idempotency-key': personal.idempotencyKey,
    'user-agent': personal.browser,
    'x-forwarded-for': personal.address,
    cookie: personal.token,
  };
  const { subject, email } = personal;
  const caller = { kind: 'person', subject, email, organisation } as const;
  const event = apiEvent(route, { caller, ...request, headers: { ...headers, ...request.headers } });
  const { http } = event.requestContext;
  const from = { ...http, sourceIp: personal.address, userAgent: personal.browser };
  return await handler({ ...event, requestContext: { ...event.requestContext, http: from } }, lambdaContext());
}

const recordedSchema = z.looseObject({ level: z.string().optional(), _aws: z.unknown().optional() });
/** What was written: lines of the log, and measurements. */
function written() {
  const parsed = lines.map((line) => recordedSchema.parse(JSON.parse(line)));
  return {
    log: parsed.filter(({ _aws }) => _aws === undefined),
    measurements: parsed.filter(({ _aws }) => _aws !== undefined),
  };
}
function expectNothingPersonal(): void {
  const text = lines.join('\n');
  expect(Object.entries(personal).filter(([, value]) => text.includes(value))).toEqual([]);
}

const body = { ...createProgramme.example, title: personal.title };
const create = 'POST /v1/programmes';

describe('a request leaves one line and one measurement, and nothing of the person in them', () => {
  const cases: readonly (readonly [string, string, ApiRequest, number, string | undefined])[] = [
    ['that is carried out', create, { body }, 201, undefined],
    ['that is read', 'GET /v1/programmes', { query: 'limit=2' }, 200, undefined],
    ['with a wrong field', create, { body: { ...body, [personal.field]: personal.title } }, 400, 'request.invalid'],
    ['with a wrong query', 'GET /v1/programmes', { query: `${personal.query}=1` }, 400, 'request.invalid'],
    ['with a body that is no JSON', create, { body: `${personal.title}{` }, 400, 'request.malformed'],
    [
      'of what is not there',
      'GET /v1/programmes/{programme}',
      { path: { programme: personal.path } },
      400,
      'request.invalid',
    ],
    [
      'of another organisation',
      create,
      { body, headers: { 'cohortium-organisation': personal.path } },
      400,
      'actor.organisation-missing',
    ],
    ['of nobody', create, { body, caller: { kind: 'refused' } }, 401, 'actor.unauthenticated'],
    ['of an address that is none', `GET /v1/${personal.path}`, {}, 404, 'request.unknown-route'],
  ];

  test.each(cases)('%s', async (_what, route, request, status, code) => {
    const { statusCode, body: answer } = await send(route, request);
    expect(statusCode).toBe(status);
    const { log, measurements } = written();
    const operation = expect.stringMatching(/^(create-programme|list-programmes|get-programme|unknown-route)$/);
    expect(log).toEqual([
      {
        level: 'INFO',
        message: 'Request',
        timestamp: expect.any(String),
        service: 'programmes',
        sampling_rate: 0,
        operation,
        status,
        milliseconds: expect.any(Number),
        ...(code === undefined ? {} : { code }),
        request: expect.stringMatching(/^request-\d+$/),
        actor: request.caller?.kind ?? 'person',
      },
    ]);
    expect(measurements).toEqual([
      {
        _aws: expect.anything(),
        service: 'programmes',
        operation,
        RequestTime: expect.any(Number),
        Refused: status < 400 ? 0 : 1,
        Failed: 0,
      },
    ]);
    if (code !== undefined) expect(answer).toContain(`urn:cohortium:request:${String(log[0]?.['request'])}`);
    expectNothingPersonal();
  });

  test('that fails: a full line more, for us, still without the person', async () => {
    const programme = 'prg_000000000000';
    const unreadable = { title: personal.title, host: personal.email, status: personal.field };
    await made.table.put({ pk: `PROGRAMME#${programme}`, sk: 'PROGRAMME', ...unreadable });
    const { statusCode, body: answer } = await send('GET /v1/programmes/{programme}', { path: { programme } });
    expect(statusCode).toBe(500);
    expect(Object.values(personal).filter((value) => answer.includes(value))).toEqual([]);
    const { log, measurements } = written();
    expect(log).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'A request failed',
        operation: 'get-programme',
        request: expect.stringMatching(/^request-\d+$/),
        error: expect.objectContaining({ name: 'ZodError', stack: expect.anything() }),
      }),
      expect.objectContaining({ level: 'INFO', status: 500, code: 'request.failed' }),
    ]);
    expect(measurements).toEqual([expect.objectContaining({ Refused: 0, Failed: 1 })]);
    expectNothingPersonal();
  });
});

test('measurements are of the operation, in the namespace of the stage', async () => {
  await send('GET /v1/programmes');
  const [measurement] = written().measurements;
  expect(measurement).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Cohortium/dev',
          Dimensions: [['service', 'operation']],
          Metrics: [
            { Name: 'RequestTime', Unit: 'Milliseconds' },
            { Name: 'Refused', Unit: 'Count' },
            { Name: 'Failed', Unit: 'Count' },
          ],
        },
      ],
    },
  });
});

test('the check notices a line that has something of the person in it', () => {
  lines.push(JSON.stringify({ level: 'INFO', message: 'Request', path: `/v1/${personal.path}` }));
  expect(expectNothingPersonal).toThrow('path-of-Ada');
});
