import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { z } from 'zod';
import { startFixture, type FixtureRun } from './fixture-run.ts';

let fixture: FixtureRun;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(async () => await fixture.run.stop());

describe('routes', () => {
  test.each([
    ['GET', '/notes/n-1', 'GET /notes/{note}', { note: 'n-1' }],
    ['GET', '/notes/latest', 'GET /notes/latest', undefined],
    ['PATCH', '/files/a/b%20c', 'ANY /files/{proxy+}', { proxy: 'a/b c' }],
  ])('%s %s reaches its Lambda', async (method, path, routeKey, pathParameters) => {
    const { status, body } = await fixture.ask(method, path);
    expect(status).toBe(200);
    expect(body['routeKey']).toBe(routeKey);
    expect(body['pathParameters']).toEqual(pathParameters);
  });

  test('the Lambda’s status, headers, cookies and body come back', async () => {
    const { headers, body } = await fixture.ask('GET', '/notes/n-1?q=a%20b&q=c', { headers: { cookie: 'x=1; y=2' } });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(body).toMatchObject({ version: '2.0', queryStringParameters: { q: 'a b,c' }, cookies: ['x=1', 'y=2'] });
    expect((await fixture.ask('GET', '/notes/n-1?raw')).body).toEqual({ plain: 'answer' });
  });

  test('a body that is no text reaches the Lambda encoded', async () => {
    const body = Buffer.from([0, 255, 128]);
    const answer = await fixture.ask('PUT', '/files/x', {
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    expect(answer.body).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
  });

  test('what has no route is not found, and what is too large is refused', async () => {
    expect(await fixture.ask('GET', '/nowhere')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect(await fixture.ask('DELETE', '/notes')).toMatchObject({ status: 404 });
    for (const megabytes of [7, 11]) {
      const body = Buffer.alloc(megabytes * 1024 * 1024, 'x');
      const answer = await fixture.ask('POST', '/files/x', { headers: { 'content-type': 'text/plain' }, body });
      expect(answer).toMatchObject({ status: 413, body: { message: 'Request Entity Too Large' } });
    }
  });

  test('a Lambda’s environment is its template’s, with addresses of this machine, and nothing of ours', async () => {
    const { headers } = await fixture.ask('GET', '/notes/n-1');
    const names = headers.get('x-environment')?.split(' ') ?? [];
    expect(names).toEqual(expect.arrayContaining(['BUS_NAME', 'TABLE_NAME', 'AWS_REGION', 'AWS_ENDPOINT_URL']));
    expect(names.filter((name) => ['PATH', 'HOME', 'NODE_OPTIONS', 'DYNAMODB_ENDPOINT'].includes(name))).toEqual([]);
  });

  test('outputs of the stacks are there, with addresses of this machine', () => {
    expect(fixture.run.outputs['ApiUrl']).toBe(fixture.run.url);
  });
});

describe('the authoriser', () => {
  const lambdaSchema = z.looseObject({
    requestContext: z.looseObject({ authorizer: z.object({ lambda: z.looseObject({ asked: z.string() }) }) }),
  });
  const say = async (word: string, path = '/secret') =>
    await fixture.ask('GET', path, { headers: { authorization: word } });
  const contextOf = async (word: string, path?: string) =>
    lambdaSchema.parse((await say(word, path)).body).requestContext.authorizer.lambda;

  test('is not asked for whoever says nothing', async () => {
    expect(await fixture.ask('GET', '/secret')).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
  });

  test('lets in whom it allows, and its words reach the Lambda', async () => {
    const context = await contextOf('yes');
    expect(context).toMatchObject({ said: 'yes', routeKey: 'GET /secret', issuer: fixture.run.issuer });
  });

  test('keeps others out', async () => {
    expect(await say('no')).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
  });

  test('is asked once a minute for one identity, over all routes, on the run’s clock', async () => {
    fixture.run.clock.advance(60_000);
    const { asked } = await contextOf('yes');
    expect((await contextOf('yes', '/secret/other')).asked).toBe(asked);
    fixture.run.clock.advance(30_000);
    expect((await contextOf('yes')).asked).toBe(asked);
    fixture.run.clock.advance(30_001);
    expect((await contextOf('yes')).asked).not.toBe(asked);
  });

  test('that fails is an error, told, and not kept', async () => {
    for (let time = 1; time <= 2; time += 1) {
      const { status, body } = await say('fail');
      expect(status).toBe(500);
      expect(body['explanation']).toMatch(/the authoriser .* failed with Error: no idea/);
      expect(fixture.lines.filter((line) => line.includes('failed with Error: no idea'))).toHaveLength(time);
    }
    expect((await say('yes')).status).toBe(200);
  });
});

describe('a Lambda that goes wrong is an error told to the caller and in the log, and the run goes on', () => {
  const misbehave = async (how: string) => await fixture.ask('POST', '/misbehave', { body: JSON.stringify({ how }) });

  test.each([
    ['throw', /^The Lambda Misbehaving\w+ failed with TypeError: on purpose\.$/],
    ['exit', /^The Lambda Misbehaving\w+ ended its process \(exit code 3\)\.$/],
    ['hang', /^The Lambda Misbehaving\w+ timed out after 1 s\.$/],
    ['garbage', /^The Lambda Misbehaving\w+ gave an answer that is none\.$/],
    ['header', /Header name must be a valid HTTP token/],
  ])('%s', async (how, explanation) => {
    const before = fixture.lines.length;
    const { status, body } = await misbehave(how);
    expect(status).toBe(500);
    expect(body['message']).toBe('Internal Server Error');
    expect(body['explanation']).toMatch(explanation);
    expect(fixture.lines.slice(before).join('\n')).toContain('POST /misbehave');
    expect((await misbehave('nothing')).status).toBe(200);
  });

  test('a bundle that does not load', async () => {
    const { status, body } = await fixture.ask('GET', '/broken');
    expect(status).toBe(500);
    expect(body['explanation']).toMatch(/^The Lambda Broken\w+ its bundle does not load: this bundle does not load\.$/);
    expect(fixture.lines.some((line) => /^Broken\w+: its bundle does not load/.test(line))).toBe(true);
    expect((await fixture.ask('GET', '/notes/n-1')).status).toBe(200);
  });

  test('threads that are killed under a request', async () => {
    await misbehave('nothing');
    const asking = misbehave('slow');
    await fixture.until(() => fixture.lines.some((line) => line.endsWith('being slow')));
    await fixture.run.killWorkers('Misbehaving');
    const { status, body } = await asking;
    expect([status, body['explanation']]).toEqual([500, expect.stringContaining('its process was killed')]);
    expect((await misbehave('nothing')).status).toBe(200);
  });

  test('a caller who hangs up in the middle of a body', async () => {
    const outgoing = request(`${fixture.run.url}/notes`, { method: 'POST', headers: { 'content-length': '1000' } });
    outgoing.on('error', () => undefined);
    outgoing.write('{"pk":');
    await new Promise((resolve) => setTimeout(resolve, 20));
    outgoing.destroy();
    expect((await fixture.ask('GET', '/notes/n-1')).status).toBe(200);
  });
});
