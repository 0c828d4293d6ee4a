import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { authoriser, type AuthoriserResponse } from '../../functions/authoriser/authorise.ts';
import { tokenVerifier } from '../../functions/authoriser/verify-token.ts';
import { createApiKey } from '../../shared/api-keys/create-api-key.ts';
import { listApiKeys } from '../../shared/api-keys/list-api-keys.ts';
import { revokeApiKey } from '../../shared/api-keys/revoke-api-key.ts';
import type { Actor } from '../../shared/context.ts';
import { openTable } from '../../shared/table/table.ts';
import { injectFaults } from '../support/faults.ts';
import { contextOf, movableClock, type MovableClock } from '../support/context.ts';
import { givenFirstOrganisation } from '../support/given-organisations.ts';
import { createTestTable, databaseClient, databaseCredentials, type TestTable } from '../support/table.ts';
import {
  audience,
  makeSigningKey,
  startTokenIssuer,
  type SigningKey,
  type TokenIssuer,
} from '../support/token-issuer.ts';
import { meterCapacity, type CapacityMeter } from '../support/capacity-meter.ts';

let made: TestTable;
let meter: CapacityMeter;
let signer: SigningKey;
let issuer: TokenIssuer;
let clock: MovableClock;
let administrator: Actor;

beforeAll(async () => {
  made = await createTestTable();
  meter = meterCapacity(made.client);
  signer = await makeSigningKey('key-1');
  issuer = await startTokenIssuer(signer);
  administrator = await givenFirstOrganisation(made.table, movableClock());
});
beforeEach(() => {
  clock = movableClock();
});
afterAll(async () => {
  await issuer.stop();
  await made.remove();
});

const refused: AuthoriserResponse = { isAuthorized: true, context: { kind: 'refused' } };
const organisation = () => (administrator.kind === 'person' ? administrator.membership?.organisation : undefined);

/** Asks the authoriser, as API Gateway does, with an Authorization header. */
async function ask(authorization?: string): Promise<AuthoriserResponse> {
  const verifyToken = tokenVerifier(issuer.issuer, audience);
  const headers = authorization === undefined ? {} : { authorization };
  return await authoriser(() => ({ table: made.table, clock, verifyToken }))({ headers });
}

async function givenKey(days = 90): Promise<{ readonly id: string; readonly token: string }> {
  const { id, token = '' } = await createApiKey.perform(contextOf(made.table, clock, administrator), {
    name: 'Learning management system',
    scopes: ['places:write', 'places:read'],
    days,
  });
  return { id, token };
}
const keyAnswer = (id: string): AuthoriserResponse => ({
  isAuthorized: true,
  context: { kind: 'client', key: id, organisation: organisation() ?? '', scopes: 'places:read places:write' },
});

describe('a person', () => {
  test('is told to the API by what their token says', async () => {
    const token = await signer.sign(issuer.issuer, { claims: { name: 'Ada Example' } });
    const context = { kind: 'person', subject: 'sub-1', name: 'Ada Example' };
    expect(await ask(`Bearer ${token}`)).toEqual({ isAuthorized: true, context });
    expect(await ask(`bearer ${token}`)).toEqual({ isAuthorized: true, context });
  });

  test('whose token is not good is let through as refused, so that the API can say so', async () => {
    expect(await ask(`Bearer ${await signer.sign(issuer.issuer, { claims: { aud: 'another' } })}`)).toEqual(refused);
  });
});

describe('a header', () => {
  test.each<readonly [string, (token: string) => string | undefined]>([
    ['that is missing', () => undefined],
    ['that is empty', () => ''],
    ['of a scheme alone', () => 'Bearer '],
    ['of another scheme', (token) => `Basic ${token}`],
    ['without a scheme', (token) => token],
    ['with two tokens', (token) => `Bearer ${token} ${token}`],
    ['given twice, as API Gateway joins it', (token) => `Bearer ${token},Bearer ${token}`],
    ['with something behind the token', (token) => `Bearer ${token}\n`],
    ['with something before the scheme', (token) => ` Bearer ${token}`],
    ['with two spaces', (token) => `Bearer  ${token}`],
    ['with characters of no token', (token) => `Bearer ${token}é`],
  ])('%s is refused', async (_what, header) => {
    const { id, token } = await givenKey();
    expect(await ask(header(token))).toEqual(refused);
    expect(await ask(`Bearer ${token}`)).toEqual(keyAnswer(id));
  });

  test('over 8192 characters is refused, however good its token is', async () => {
    const long = async (length: number) => await signer.sign(issuer.issuer, { claims: { filler: 'x'.repeat(length) } });
    const fits = `Bearer ${await long(4000)}`;
    const over = `Bearer ${await long(7000)}`;
    expect(fits.length).toBeLessThan(8192);
    expect(over.length).toBeGreaterThan(8192);
    expect(await ask(fits)).toMatchObject({ context: { kind: 'person' } });
    expect(await ask(over)).toEqual(refused);
  });
});

describe('an API key', () => {
  test('is told to the API with its organisation and its scopes', async () => {
    const { id, token } = await givenKey();
    expect(await ask(`Bearer ${token}`)).toEqual(keyAnswer(id));
  });

  test('is refused with a wrong secret, of no key, or in another shape', async () => {
    const { id, token } = await givenKey();
    const [, , secret = ''] = token.split('_');
    const other = secret.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    for (const wrong of [
      token.replace(secret, other),
      `ck_000000000000_${secret}`,
      `ck_${id}_${secret}`,
      token.slice(0, -1),
      `${token}0`,
      token.toUpperCase(),
      token.replace('ck_', 'ck_ck_'),
      'ck_',
      `ck_${'0'.repeat(12)}_`,
    ]) {
      expect(await ask(`Bearer ${wrong}`)).toEqual(refused);
    }
    expect(await ask(`Bearer ${token}`)).toEqual(keyAnswer(id));
  });

  test('is refused from the very second at which it ends', async () => {
    const { id, token } = await givenKey(1);
    clock.moveBy(86_400_000 - 1);
    expect(await ask(`Bearer ${token}`)).toEqual(keyAnswer(id));
    clock.moveBy(1);
    expect(await ask(`Bearer ${token}`)).toEqual(refused);
  });

  // What API Gateway has kept for a minute it uses for that minute: test/infra/api.test.ts pins that it is no longer.
  test('is refused as soon as it is revoked', async () => {
    const { id, token } = await givenKey();
    expect(await ask(`Bearer ${token}`)).toEqual(keyAnswer(id));
    await revokeApiKey.perform(contextOf(made.table, clock, administrator), { key: id });
    expect(await ask(`Bearer ${token}`)).toEqual(refused);
  });
});

describe('the last use of an API key', () => {
  const lastUse = async (id: string) => {
    const page = await listApiKeys.perform(contextOf(made.table, clock, administrator), { limit: 100 });
    return page.items.find((key) => key.id === id)?.lastUsedAt;
  };
  /** How many writes were made of API keys, and how many more were tried in vain. */
  const writes = () => {
    const charged = meter.take().filter(({ write }) => write > 0);
    const count = (kind: string) => charged.filter(({ part }) => part === kind).length;
    return { made: count('api-key'), refused: count('api-key (refused)') };
  };

  test('is written down at once, and then once an hour at most', async () => {
    const { id, token } = await givenKey();
    meter.take();
    await ask(`Bearer ${token}`);
    expect(await lastUse(id)).toBe('2027-01-04T09:00:00.000Z');
    clock.moveBy(3_600_000);
    for (let count = 0; count < 3; count += 1) await ask(`Bearer ${token}`);
    expect(await lastUse(id)).toBe('2027-01-04T09:00:00.000Z');
    expect(writes()).toEqual({ made: 1, refused: 0 });
    clock.moveBy(1);
    for (let count = 0; count < 3; count += 1) await ask(`Bearer ${token}`);
    expect(await lastUse(id)).toBe('2027-01-04T10:00:00.001Z');
    expect(writes()).toEqual({ made: 1, refused: 0 });
  });

  test('is written down once by many at the same moment, and all of them go through', async () => {
    const { id, token } = await givenKey();
    meter.take();
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await ask(`Bearer ${token}`)));
    expect(answers).toEqual(Array.from({ length: 8 }, () => keyAnswer(id)));
    expect(writes().made).toBe(1);
  });

  test('is not written down for who is refused', async () => {
    const { id, token } = await givenKey(1);
    await ask(`Bearer ${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`);
    clock.moveBy(86_400_000);
    await ask(`Bearer ${token}`);
    expect(await lastUse(id)).toBeUndefined();
  });
});

test('a table that does not answer is a fault, and no refusal', async () => {
  const client = databaseClient(1);
  injectFaults(client, { throttled: 1, lost: 0, conflicts: 0 }, () => 0);
  const verifyToken = tokenVerifier(issuer.issuer, audience);
  const answer = authoriser(() => ({ table: openTable(client, made.name), clock, verifyToken }));
  const { token } = await givenKey();
  await expect(answer({ headers: { authorization: `Bearer ${token}` } })).rejects.toThrow('Injected');
  // What is no key of ours is refused without asking the table.
  expect(await answer({ headers: { authorization: 'Bearer ck_nonsense' } })).toEqual(refused);
  client.destroy();
});

test('the Lambda finds its table, its issuer and its audience in its environment', async () => {
  const { accessKeyId, secretAccessKey } = databaseCredentials();
  Object.assign(process.env, {
    TABLE_NAME: made.name,
    ISSUER: issuer.issuer,
    AUDIENCE: audience,
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: process.env['DYNAMODB_ENDPOINT'],
  });
  const { handler } = await import('../../functions/authoriser/authorise.ts');
  clock.moveTo(new Date().toISOString());
  const { id, token } = await givenKey();
  expect(await handler({ headers: { authorization: `Bearer ${token}` } })).toEqual(keyAnswer(id));
  const signed = await signer.sign(issuer.issuer);
  expect(await handler({ headers: { authorization: `Bearer ${signed}` } })).toMatchObject({
    context: { kind: 'person', subject: 'sub-1' },
  });
  expect(await handler({})).toEqual(refused);
});
