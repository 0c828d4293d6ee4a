import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { tokenVerifier, type VerifyToken } from '../../functions/authoriser/verify-token.ts';
import {
  audience,
  makeSigningKey,
  startTokenIssuer,
  type SigningKey,
  type Token,
  type TokenIssuer,
} from '../support/token-issuer.ts';

let ours: SigningKey;
let others: SigningKey;
let issuer: TokenIssuer;
let verify: VerifyToken;

beforeAll(async () => {
  [ours, others] = await Promise.all([makeSigningKey('key-1'), makeSigningKey('key-2')]);
});
beforeEach(async () => {
  issuer = await startTokenIssuer(ours);
  verify = tokenVerifier(issuer.issuer, audience);
});
afterEach(async () => {
  await issuer.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const token = async (claims: Token['claims'] = {}, header: Token['header'] = {}) =>
  await ours.sign(issuer.issuer, { claims, header });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The same token, one of its three parts exchanged. */
const withPart = (good: string, index: number, part: string) => good.split('.').with(index, part).join('.');

describe('a token that is good', () => {
  test('an identity token: who it is, with a name and an address that was verified', async () => {
    const claims = { token_use: 'id', name: 'Ada Example', email: 'ada@example.org', email_verified: true };
    const person = { kind: 'person', subject: 'sub-1', name: 'Ada Example', email: 'ada@example.org' };
    expect(await verify(await token(claims))).toEqual(person);
    expect(await verify(await token({ ...claims, aud: ['another', audience] }))).toEqual(person);
    expect(await verify(await token({ ...claims, email_verified: 'true' }))).toEqual(person);
  });

  test('an access token, which names its client in client_id and says neither name nor address', async () => {
    const claims = { token_use: 'access', aud: undefined, client_id: audience, username: 'ada' };
    expect(await verify(await token(claims))).toEqual({ kind: 'person', subject: 'sub-1' });
  });

  test.each([
    ['that was not verified', { email_verified: false }],
    ['that was not verified, said as text', { email_verified: 'false' }],
    ['of which nothing is said', {}],
    ['of which nonsense is said', { email_verified: 'yes' }],
    ['that is none', { email: 'ada', email_verified: true }],
  ])('says nothing of an address %s', async (_what, claims) => {
    expect(await verify(await token({ email: 'ada@example.org', ...claims }))).toEqual({
      kind: 'person',
      subject: 'sub-1',
    });
  });

  test('says nothing of a name that is none', async () => {
    expect(await verify(await token({ name: 'x'.repeat(201) }))).toEqual({ kind: 'person', subject: 'sub-1' });
    expect(await verify(await token({ name: ['Ada'] }))).toEqual({ kind: 'person', subject: 'sub-1' });
  });
});

describe('a token is refused', () => {
  test.each<readonly [string, () => Token['claims']]>([
    ['that has expired', () => ({ exp: now() - 1 })],
    ['that never expires', () => ({ exp: undefined })],
    ['that is not good yet', () => ({ nbf: now() + 60 })],
    ['of another issuer', () => ({ iss: 'https://issuer.example' })],
    ['of an issuer whose name only begins the same', () => ({ iss: `${issuer.issuer}/` })],
    ['of no issuer', () => ({ iss: undefined })],
    ['for another client', () => ({ aud: 'another' })],
    ['for several clients, none of them ours', () => ({ aud: ['another', 'third'] })],
    ['for nobody', () => ({ aud: undefined })],
    ['for another client, with ours as client_id', () => ({ aud: 'another', client_id: audience })],
    ['for access by another client', () => ({ token_use: 'access', aud: undefined, client_id: 'another' })],
    ['for access by no client', () => ({ token_use: 'access', aud: undefined })],
    ['with a client_id that is no access token', () => ({ token_use: 'id', aud: undefined, client_id: audience })],
    ['to be exchanged, not used', () => ({ token_use: 'refresh' })],
    ['of nobody', () => ({ sub: undefined })],
    ['of an empty name', () => ({ sub: '' })],
    ['of a name without end', () => ({ sub: 'x'.repeat(129) })],
    ['of somebody who is no text', () => ({ sub: 7 })],
  ])('%s', async (_what, claims) => {
    expect(await verify(await token(claims()))).toBeUndefined();
    expect(await verify(await token())).toMatchObject({ subject: 'sub-1' });
  });

  test.each<readonly [string, (good: string) => Promise<string> | string]>([
    [
      'signed by another key under the name of ours',
      async () => await others.sign(issuer.issuer, { header: { kid: 'key-1' } }),
    ],
    ['with other claims under the same signature', (good) => withPart(good, 1, base64({ sub: 'somebody-else' }))],
    ['with a signature of nothing', (good) => withPart(good, 2, '')],
    ['with a signature that is none', (good) => withPart(good, 2, 'AAAA')],
    ['of the algorithm none', (good) => withPart(withPart(good, 0, base64({ alg: 'none', kid: 'key-1' })), 2, '')],
    ['of the algorithm none, signature kept', (good) => withPart(good, 0, base64({ alg: 'none', kid: 'key-1' }))],
    ['of no algorithm', (good) => withPart(good, 0, base64({ kid: 'key-1' }))],
    ['of another algorithm than the key', (good) => withPart(good, 0, base64({ alg: 'RS512', kid: 'key-1' }))],
    ['of no key', (good) => withPart(good, 0, base64({ alg: 'RS256' }))],
    ['whose header is none', (good) => withPart(good, 0, base64(null))],
    ['whose claims are none', (good) => withPart(good, 1, base64([]))],
    ['of two parts', (good) => good.split('.').slice(0, 2).join('.')],
    ['of four parts', (good) => `${good}.AAAA`],
    ['that is no token', () => 'token'],
  ])('%s', async (_what, forge) => {
    const good = await token();
    expect(await verify(await forge(good))).toBeUndefined();
    expect(await verify(good)).toMatchObject({ subject: 'sub-1' });
  });

  test('signed with our public key as if it were a shared secret', async () => {
    const parts = `${base64({ alg: 'HS256', kid: 'key-1' })}.${(await token()).split('.')[1] ?? ''}`;
    for (const secret of [JSON.stringify(ours.publicKey), ours.publicKey.n ?? '']) {
      const signature = createHmac('sha256', secret).update(parts).digest('base64url');
      expect(await verify(`${parts}.${signature}`)).toBeUndefined();
    }
  });
});

test('control: what the library lets through by itself is refused here', async () => {
  const cache = new SimpleJwksCache();
  cache.addJwks('https://unused.example', { keys: [JSON.parse(JSON.stringify(ours.publicKey))] });
  const jwksUri = 'https://unused.example';
  const alone = JwtVerifier.create({ issuer: issuer.issuer, jwksUri, audience: null }, { jwksCache: cache });
  for (const claims of [{ exp: undefined }, { aud: 'another' }, { sub: undefined }, { token_use: 'refresh' }]) {
    const odd = await token(claims);
    expect(await alone.verify(odd)).toBeDefined();
    expect(await verify(odd)).toBeUndefined();
  }
});

describe("the issuer's keys", () => {
  test('are fetched once, for many tokens', async () => {
    for (let count = 0; count < 5; count += 1) await verify(await token());
    expect(issuer.asked()).toBe(1);
  });

  test('are fetched again when the issuer signs with a new one', async () => {
    await verify(await token());
    issuer.publish(others);
    expect(await verify(await others.sign(issuer.issuer))).toMatchObject({ subject: 'sub-1' });
    expect(issuer.asked()).toBe(2);
    expect(await verify(await token())).toBeUndefined();
  });

  test('are not asked for again and again by tokens of unknown keys, and those of known ones stay good', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect(await verify(await others.sign(issuer.issuer, { header: { kid: `made-up-${String(count)}` } }))).toBe(
        undefined,
      );
    }
    expect(issuer.asked()).toBe(1);
    expect(await verify(await token())).toMatchObject({ subject: 'sub-1' });
  });
});

describe('an issuer that does not answer is a fault, and no refusal', () => {
  const keysOf = (keys: unknown) => (response: ServerResponse) => void response.end(JSON.stringify({ keys }));
  test.each<readonly [string, (response: ServerResponse) => void]>([
    ['when it fails', (response) => void response.writeHead(500).end()],
    ['when it hangs up', (response) => void response.destroy()],
    ['when it answers no JSON', (response) => void response.end('<html>')],
    ['when it answers nothing', (response) => void response.end()],
    ['when it has no list of keys', (response) => void response.end('{}')],
    ['when it has no keys', keysOf([])],
    ['when its keys are none', keysOf([{}])],
  ])('%s', async (_what, answer) => {
    issuer.answerWith(answer);
    const good = await token();
    await expect(verify(good)).rejects.toThrow('Failed to fetch');
    // Again at once: that it failed a moment ago does not make a good token a bad one.
    await expect(verify(good)).rejects.toThrow('Failed to fetch');
  });

  test('when it sends elsewhere: other keys than its own are not taken', async () => {
    const elsewhere = await startTokenIssuer(others);
    const location = `${elsewhere.issuer}/.well-known/jwks.json`;
    issuer.answerWith((response) => void response.writeHead(302, { location }).end());
    await expect(verify(await others.sign(issuer.issuer))).rejects.toThrow('Failed to fetch');
    expect(elsewhere.asked()).toBe(0);
    await elsewhere.stop();
  });

  test('when nobody is there', async () => {
    await issuer.stop();
    await expect(verify(await token())).rejects.toThrow('Failed to fetch');
  });

  test('and is over as soon as it answers', async () => {
    issuer.answerWith((response) => void response.writeHead(503).end());
    const good = await token();
    await expect(verify(good)).rejects.toThrow('Failed to fetch');
    issuer.publish(ours);
    expect(await verify(good)).toMatchObject({ subject: 'sub-1' });
  });

  test('but the keys that it gave before stay good', async () => {
    const good = await token();
    await verify(good);
    await issuer.stop();
    expect(await verify(good)).toMatchObject({ subject: 'sub-1' });
  });
});
