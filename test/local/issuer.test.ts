import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createClock, type MovableClock } from '../../local/clock.ts';
import { createIssuer } from '../../local/issuer.ts';
import { createTokenSigner, type TokenSigner } from '../../local/issuer-tokens.ts';
import { people } from '../../local/sample/people.ts';
import { openSocket, type Socket } from '../../local/sockets.ts';

const [amara] = people;
const clientId = 'portal';
const redirect = 'https://portal.example.org/back';
const verifier = 'a-verifier-that-is-long-enough-for-the-standard-043';
const challenge = createHash('sha256').update(verifier).digest('base64url');
const lifetimes = { access: 3_600, identity: 3_600, refresh: 86_400 };
const folder = mkdtempSync(join(tmpdir(), 'cohortium-issuer-'));
const keyFile = join(folder, 'key.json');

const tokensSchema = z.object({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
});
const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  end_session_endpoint: z.string(),
});
const keysSchema = z.object({ keys: z.array(z.custom<JWK>((value) => typeof value === 'object')) });

let clock: MovableClock;
let signer: TokenSigner;
let socket: Socket;
let issuer: string;
let endpoints: z.infer<typeof discoverySchema>;

beforeAll(async () => {
  socket = await openSocket(0);
  issuer = `http://localhost:${socket.port}`;
});
afterAll(async () => {
  await socket.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeAll(async () => {
  clock = createClock();
  signer = await createTokenSigner({ issuer, audience: clientId, clock, lifetimes, keyFile });
  const client = { clientId, redirects: [redirect], logouts: ['https://portal.example.org/'] };
  socket.answer(createIssuer({ issuer, client, people, signer, clock }));
});
beforeEach(async () => {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  endpoints = discoverySchema.parse(await response.json());
});

type Form = Readonly<Record<string, string>>;

const request: Form = {
  client_id: clientId,
  redirect_uri: redirect,
  response_type: 'code',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  state: 'state-1',
  nonce: 'nonce-1',
};

async function post(address: string, form: Form): Promise<Response> {
  return await fetch(address, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
}

/** Signs a person in; answers where the browser is sent. */
async function signIn(changed: Form = {}): Promise<URL> {
  const response = await post(endpoints.authorization_endpoint, { ...request, person: 'amara', ...changed });
  expect(response.status).toBe(303);
  return new URL(response.headers.get('location') ?? '');
}

async function redeem(code: string | null, changed: Form = {}): Promise<Response> {
  return await post(endpoints.token_endpoint, {
    grant_type: 'authorization_code',
    code: code ?? '',
    client_id: clientId,
    redirect_uri: redirect,
    code_verifier: verifier,
    ...changed,
  });
}

const refresh = (token: string) =>
  post(endpoints.token_endpoint, { grant_type: 'refresh_token', refresh_token: token });
const code = async () => (await signIn()).searchParams.get('code');
const tokensOf = async (response: Response) => tokensSchema.parse(await response.json());
const errorOf = async (response: Response) => z.looseObject({ error: z.string() }).parse(await response.json()).error;

/** What a token says, once its signature, issuer, audience and end are found to be good. */
async function verified(token: string) {
  const keys = keysSchema.parse(await (await fetch(endpoints.jwks_uri)).json());
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer, currentDate: clock.now() });
  expect(payload['token_use'] === 'access' ? payload['client_id'] : payload.aud).toBe(clientId);
  return payload;
}

describe('signing in', () => {
  test('the page lists every sample person and passes on what the client asked, and nothing that would choose for them', async () => {
    const query = new URLSearchParams({ ...request, person: 'bilal', state: '"><script>' });
    const response = await fetch(`${endpoints.authorization_endpoint}?${String(query)}`);
    const page = await response.text();
    expect(response.status).toBe(200);
    for (const { id, name } of people) expect(page).toContain(`<button name="person" value="${id}">${name}</button>`);
    expect(page).toContain(`<input type="hidden" name="code_challenge" value="${challenge}">`);
    expect(page).not.toContain('type="hidden" name="person"');
    expect(page).not.toContain('<script>');
  });

  test('gives a code, and the code tokens of that person', async () => {
    const back = await signIn();
    expect(back.href.startsWith(redirect)).toBe(true);
    expect(back.searchParams.get('state')).toBe('state-1');
    const response = await redeem(back.searchParams.get('code'));
    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = await tokensOf(response);
    expect(tokens.expires_in).toBe(3_600);
    expect(await verified(tokens.access_token)).toMatchObject({
      sub: amara?.subject,
      token_use: 'access',
      client_id: clientId,
    });
    expect(await verified(tokens.id_token)).toMatchObject({ sub: amara?.subject, token_use: 'id', nonce: 'nonce-1' });
  });

  test('the identity token says name and address, the access token as little as that of Cognito', async () => {
    const tokens = await tokensOf(await redeem(await code()));
    expect(await verified(tokens.id_token)).toMatchObject({
      name: amara?.name,
      email: amara?.email,
      email_verified: true,
    });
    const access = await verified(tokens.access_token);
    for (const claim of ['name', 'email', 'email_verified', 'aud']) expect(access).not.toHaveProperty(claim);
  });

  test.each<[says: string, changed: Form, error: string]>([
    ['another client', { client_id: 'other' }, 'invalid_client'],
    ['an address that is not the client’s', { redirect_uri: 'https://elsewhere.example.org/' }, 'invalid_request'],
    ['an address that only looks local', { redirect_uri: 'http://localhost.example.org/' }, 'invalid_request'],
    ['another kind of answer', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['somebody who is not there', { person: 'nobody' }, 'access_denied'],
  ])('%s is refused', async (_, changed, error) => {
    const response = await post(endpoints.authorization_endpoint, { ...request, person: 'amara', ...changed });
    expect([response.status, await errorOf(response)]).toEqual([400, error]);
  });

  test('back to any address of this machine is allowed', async () => {
    expect((await signIn({ redirect_uri: 'http://localhost:4321/back' })).port).toBe('4321');
  });
});

describe('a code', () => {
  test('is good once', async () => {
    const given = await code();
    expect((await redeem(given)).status).toBe(200);
    expect(await errorOf(await redeem(given))).toBe('invalid_grant');
  });

  test('is good for a minute', async () => {
    const [intime, late] = [await code(), await code()];
    clock.advance(59_000);
    expect((await redeem(intime)).status).toBe(200);
    clock.advance(2_000);
    expect(await errorOf(await redeem(late))).toBe('invalid_grant');
  });

  test.each<[says: string, changed: Form, error: string]>([
    ['another verifier', { code_verifier: `${verifier}x` }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_grant'],
    ['the challenge for a verifier', { code_verifier: challenge }, 'invalid_grant'],
    ['another client', { client_id: 'other' }, 'invalid_client'],
    ['another address', { redirect_uri: 'http://localhost:4321/back' }, 'invalid_grant'],
    ['another kind of grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['an invented code', { code: 'invented' }, 'invalid_grant'],
  ])('with %s gives nothing', async (_, changed, error) => {
    const response = await redeem(await code(), changed);
    expect([response.status, await errorOf(response)]).toEqual([400, error]);
  });
});

describe('tokens', () => {
  test('are refreshed with a refresh token, and with no other token', async () => {
    const tokens = await tokensOf(await redeem(await code()));
    clock.advance(3_000_000);
    const refreshed = await tokensOf(await refresh(tokens.refresh_token));
    expect(await verified(refreshed.access_token)).toMatchObject({ sub: amara?.subject, token_use: 'access' });
    for (const other of [tokens.access_token, tokens.id_token, `${tokens.refresh_token}x`, ''])
      expect(await errorOf(await refresh(other))).toBe('invalid_grant');
  });

  test('end when the template says', async () => {
    const tokens = await tokensOf(await redeem(await code()));
    clock.advance(lifetimes.access * 1000 + 1_000);
    await expect(verified(tokens.access_token)).rejects.toThrow('exp');
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    clock.advance(lifetimes.refresh * 1000);
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('invalid_grant');
  });

  test('of the last run are good in the next, since the key is kept; another key’s are not', async () => {
    if (amara === undefined) throw new Error('There is nobody');
    const next = await createTokenSigner({ issuer, audience: clientId, clock, lifetimes, keyFile });
    expect(await verified(await next.identityToken(amara, undefined))).toMatchObject({ sub: amara.subject });
    const other = await createTokenSigner({ issuer, audience: clientId, clock, lifetimes, keyFile: undefined });
    await expect(verified(await other.identityToken(amara, undefined))).rejects.toThrow();
  });

  test('publish no private part of the key', async () => {
    const { keys } = keysSchema.parse(await (await fetch(endpoints.jwks_uri)).json());
    expect(keys.map((key) => Object.keys(key))).toEqual([['kty', 'n', 'e', 'kid', 'alg', 'use']]);
  });
});

test('signing out goes back to the client or this machine, and nowhere else', async () => {
  const signOut = async (uri: string) =>
    (
      await fetch(`${endpoints.end_session_endpoint}?logout_uri=${encodeURIComponent(uri)}`, { redirect: 'manual' })
    ).headers.get('location');
  expect(await signOut('https://portal.example.org/')).toBe('https://portal.example.org/');
  expect(await signOut('http://localhost:4321/')).toBe('http://localhost:4321/');
  expect(await signOut('https://elsewhere.example.org/')).toBeNull();
});
