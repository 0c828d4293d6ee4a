import { describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { answerOf, headOf, lambdaEventOf, type Request } from '../../local/http-event.ts';
import { routeOf } from '../../local/routes.ts';

/** The head of a request as Node's own server reads it. */
async function headOfRequest(options: { path: string; headers?: Record<string, string | string[]> }) {
  const server = createServer();
  const head = new Promise<ReturnType<typeof headOf>>((resolve) =>
    server.on('request', (message: IncomingMessage, response) => {
      resolve(headOf(message));
      response.end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => {
    const outgoing = send({ host: '127.0.0.1', port, ...options }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    outgoing.end();
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return await head;
}

const match = { route: routeOf('GET /v1/cohorts/{cohort}', 'Lambda', undefined), pathParameters: { cohort: 'coh_1' } };

const request: Request = {
  method: 'GET',
  path: '/v1/cohorts/coh_1',
  query: '',
  headers: { host: 'localhost:3000' },
  cookies: [],
  sourceIp: '127.0.0.1',
  body: Buffer.alloc(0),
  requestId: 'request-1',
  at: new Date('2026-03-12T19:03:58.250Z'),
};

const eventFor = (changed: Partial<Request>) => lambdaEventOf({ ...request, ...changed }, match, 'api-1', undefined);

describe('a request becomes an event of payload format 2.0', () => {
  test('header names are lower case, repeated ones are joined, cookies stand apart', async () => {
    const head = await headOfRequest({
      path: '/a?b=1&b=2?c',
      headers: { 'X-Given': ['one', 'two'], Cookie: 'a=1; b=2', 'X-Forwarded-For': '203.0.113.9' },
    });
    expect(head).toMatchObject({ method: 'GET', path: '/a', query: 'b=1&b=2?c', cookies: ['a=1', 'b=2'] });
    expect(head.headers).toMatchObject({
      'x-given': 'one,two',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'http',
    });
    expect(head.headers).not.toHaveProperty('cookie');
  });

  test('the whole of it', () => {
    const event = lambdaEventOf({ ...request, cookies: ['a=1'], query: 'q=a%20b&q=c&r=' }, match, 'api-1', {
      actor: 'x',
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /v1/cohorts/{cohort}',
      rawPath: '/v1/cohorts/coh_1',
      rawQueryString: 'q=a%20b&q=c&r=',
      cookies: ['a=1'],
      headers: { host: 'localhost:3000' },
      queryStringParameters: { q: 'a b,c', r: '' },
      pathParameters: { cohort: 'coh_1' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api-1',
        domainName: 'localhost:3000',
        domainPrefix: 'api-1',
        http: { method: 'GET', path: '/v1/cohorts/coh_1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId: 'request-1',
        routeKey: 'GET /v1/cohorts/{cohort}',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: 1_773_342_238_250,
        authorizer: { lambda: { actor: 'x' } },
      },
      isBase64Encoded: false,
    });
  });

  test('what a request does not have its event does not name', () => {
    const event = eventFor({});
    for (const name of ['cookies', 'queryStringParameters', 'body']) expect(event).not.toHaveProperty(name);
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(lambdaEventOf(request, { ...match, pathParameters: {} }, 'api-1', undefined)).not.toHaveProperty(
      'pathParameters',
    );
  });

  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/html', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/jsonlines', true],
    ['image/png', true],
  ])('a body of %s is encoded: %s', (type, encoded) => {
    const body = Buffer.from('{"name":"Zoë"}');
    const event = eventFor({ body, headers: { 'content-type': type } });
    expect(event.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(event.body ?? '', encoded ? 'base64' : 'utf8')).toEqual(body);
  });
});

describe('a Lambda’s answer becomes an answer over HTTP', () => {
  const answer = (value: unknown) => answerOf(JSON.stringify(value));

  test('status, headers in any case, several values, cookies and text', () => {
    expect(
      answer({
        statusCode: 201,
        headers: { 'Content-Type': 'application/json', 'X-Count': 3, 'content-length': 999 },
        multiValueHeaders: { 'X-Many': ['a', 'b'] },
        cookies: ['a=1', 'b=2'],
        body: '{}',
      }),
    ).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json',
        'x-count': '3',
        'x-many': ['a', 'b'],
        'set-cookie': ['a=1', 'b=2'],
      },
      body: '{}',
    });
  });

  test('an encoded body is decoded, and an absent one is empty', () => {
    expect(answer({ statusCode: 200, isBase64Encoded: true, body: 'AAEC' })?.body).toEqual(Buffer.from([0, 1, 2]));
    expect(answer({ statusCode: 204 })).toEqual({
      status: 204,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      body: '',
    });
  });

  test('without a status it is a 200 with the whole as JSON', () => {
    expect(answer({ plain: 'answer' })).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"plain":"answer"}',
    });
    expect(answer('words')?.body).toBe('words');
  });

  test.each([
    [{ statusCode: 'soon' }],
    [{ statusCode: 42 }],
    [{ statusCode: 101 }],
    [{ statusCode: 200, headers: { a: { b: 1 } } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('%j makes no sense', (value) => {
    expect(answer(value)).toBeUndefined();
  });
});
