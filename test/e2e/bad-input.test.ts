import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import type { RefusalCode } from '../../shared/errors.ts';
import { createClock } from '../../local/clock.ts';
import { openCaller, type Answer, type Asked } from './caller.ts';
import { startInstallation, type Installation } from './installation.ts';
import { aspiringLeaders, givenLondon, givenOpenCohort, givenProgramme, type London } from './london.ts';
import { openParty, type Party } from './party.ts';
import { expectProblem, type ProblemAnswered } from './refused.ts';

const clock = createClock();
let installation: Installation;
let london: London;
let cohort: string;
/** A draft that may still be changed, at version 1. */
let draft: string;

beforeAll(async () => {
  installation = await startInstallation({ clock });
  london = await givenLondon(installation, ['RF4', 'RAT', 'R1H', 'RWK']);
  const { RF4, RAT, R1H } = london;
  const programme = await givenProgramme(RF4, { sharedWith: [RAT.organisation, R1H.organisation] });
  cohort = await givenOpenCohort(RF4, programme, { capacity: 3 });
  await RAT.claim(cohort, { quantity: 2, key: 'a-good-claim' });
  draft = (await RF4.createProgramme({ ...aspiringLeaders, title: 'A draft' })).id;
  await installation.settle();
}, 90_000);
afterAll(async () => await installation.stop());

/** What bad input might have changed, read back over HTTP: every change of anything is in a feed as well. */
async function readBack(): Promise<unknown> {
  const { RF4, RAT } = london;
  const asked = [
    [RF4, `GET /v1/cohorts/${cohort}/places`],
    [RF4, `GET /v1/programmes/${draft}`],
    [RF4, 'GET /v1/events?limit=200'],
    [RAT, 'GET /v1/events?limit=200'],
    [RAT, 'GET /v1/places'],
    [RAT, 'GET /v1/api-keys'],
  ] as const;
  await installation.settle();
  const answers = await Promise.all(asked.map(async ([party, route]) => await party.send(route)));
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  return answers.map(({ body }) => body);
}

/** Sends what is to be refused; sees that it is, in the right words, and that nothing has changed. */
async function refused(sent: () => Promise<Answer>, code: RefusalCode): Promise<ProblemAnswered> {
  const before = await readBack();
  const problem = expectProblem(await sent(), code);
  expect(await readBack()).toEqual(before);
  return problem;
}

const claim = async (asked: Asked, party: Party = london.RAT) =>
  await party.send(`POST /v1/cohorts/${cohort}/claims`, asked);

test('what is read back notices a claim that goes through', async () => {
  const before = await readBack();
  expect((await claim({ body: {} })).status).toBe(201);
  expect(await readBack()).not.toEqual(before);
});

describe('a body', () => {
  test.each<[what: string, body: string | object, code: RefusalCode]>([
    ['of malformed JSON', '{"quantity": 1', 'request.malformed'],
    ['of JSON that is no object', '[1]', 'request.malformed'],
    ['of 300 KB', { confirmUntil: 'x'.repeat(300 * 1024) }, 'request.too-large'],
    ['of 300 KB of malformed JSON', 'x'.repeat(300 * 1024), 'request.too-large'],
    ['with a wrong type', { quantity: '1' }, 'request.invalid'],
    ['with a fraction', { quantity: 1.5 }, 'request.invalid'],
    ['with a number out of bounds', { quantity: 51 }, 'request.invalid'],
    ['with a day that there is not', { confirmUntil: '2031-02-30' }, 'request.invalid'],
    ['with an unknown field', { quantity: 1, tickets: [1] }, 'request.invalid'],
    ['with a field of the path', { quantity: 1, cohort: 'coh_0123456789ab' }, 'request.invalid'],
  ])('%s', async (_what, body, code) => {
    await refused(async () => await claim({ body }), code);
  });

  test('that is wrong in several fields is told them all', async () => {
    const problem = await refused(
      async () => await claim({ body: { quantity: 0, allOrNothing: 'yes', more: 1 } }),
      'request.invalid',
    );
    expect(problem.fields?.map(({ field }) => field).sort()).toEqual(['allOrNothing', 'more', 'quantity']);
  });

  test('that is not called JSON', async () => {
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded'])
      await refused(async () => await claim({ body: '{}', headers: { 'content-type': type } }), 'request.malformed');
  });
});

describe('a header', () => {
  test('an Idempotency-Key that is missing, not one, or used for another request', async () => {
    const withKey = async (key: string | undefined, body: object) =>
      await claim({ body, headers: { 'idempotency-key': key } });
    await refused(async () => await withKey(undefined, {}), 'request.key-missing');
    await refused(async () => await withKey('x'.repeat(65), {}), 'request.invalid');
    await refused(async () => await withKey('a-good-claim', { quantity: 3 }), 'request.key-reused');
  });

  test('an If-Match that is missing, not a version, or stale', async () => {
    const change = async (version: string | undefined) =>
      await london.RF4.send(`PATCH /v1/programmes/${draft}`, {
        body: { title: 'Another' },
        headers: { 'if-match': version },
      });
    await refused(async () => await change(undefined), 'request.version-missing');
    await refused(async () => await change('*'), 'request.invalid');
    await refused(async () => await change('"2"'), 'request.stale');
    const changed = await change('"1"');
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    // Another change, based on what is no longer so.
    const stale = { body: { title: 'A third' }, headers: { 'if-match': '"1"' } };
    await refused(async () => await london.RF4.send(`PATCH /v1/programmes/${draft}`, stale), 'request.stale');
  });
});

describe('somebody of another organisation', () => {
  test('finds nothing, and changes nothing', async () => {
    const { RWK, RAT } = london;
    await refused(async () => await claim({ body: {} }, RWK), 'cohort.not-found');
    const change = { body: { title: 'Mine' }, headers: { 'if-match': '"1"' } };
    await refused(async () => await RAT.send(`PATCH /v1/programmes/${draft}`, change), 'programme.not-found');
  });

  test('who names an organisation of which they are no member is told no more than who names none', async () => {
    const { RF4 } = london;
    for (const organisation of [RF4.organisation, 'org_zzzzzzz', 'nonsense', undefined])
      await refused(
        async () => await claim({ body: {} }, installation.signIn('RWK', organisation)),
        'actor.organisation-missing',
      );
  });

  test("gives back nobody's places but its own", async () => {
    const giveBack = async (party: Party, tickets: readonly number[]) =>
      await party.send(`POST /v1/cohorts/${cohort}/give-backs`, { body: { tickets } });
    await refused(async () => await giveBack(london.R1H, [1]), 'place.not-found');
    await refused(async () => await giveBack(london.RF4, [1]), 'place.not-found');
    await refused(async () => await giveBack(london.RAT, [1, 99]), 'place.not-found');
  });
});

describe('a token', () => {
  /** RAT's administrator by another token than their own. */
  const by = (token: string | undefined): Party => {
    const { organisation } = london.RAT;
    return openParty(
      openCaller(installation.run.url, { token: async () => await Promise.resolve(token), organisation }),
      organisation,
    );
  };
  /** A token with the claims of a good one, changed, and signed with another key. */
  async function forged(claims: object = {}, header: object = {}): Promise<string> {
    const good = await installation.run.tokenFor('RAT');
    const { privateKey } = await generateKeyPair('RS256');
    return await new SignJWT({ ...decodeJwt(good), ...claims })
      .setProtectedHeader({ ...decodeProtectedHeader(good), alg: 'RS256', ...header })
      .sign(privateKey);
  }
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

  test('is missing: API Gateway itself answers', async () => {
    const before = await readBack();
    const { status, body } = await claim({ body: {} }, by(undefined));
    expect([status, body]).toEqual([401, { message: 'Unauthorized' }]);
    expect(await readBack()).toEqual(before);
  });

  test('is forged: signed with another key, one that the issuer has not, none at all, or changed after it was signed', async () => {
    const good = await installation.run.tokenFor('RAT');
    const [header = '', , signature = ''] = good.split('.');
    const changed = encoded({ ...decodeJwt(good), sub: randomUUID() });
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(decodeJwt(good))}.`;
    const tokens = [
      await forged(),
      await forged({}, { kid: randomUUID() }),
      await forged({}, { kid: randomUUID() }),
      `${header}.${changed}.${signature}`,
      unsigned,
      'nonsense',
      'ck_0123456789ab_0123456789abcdefghjkmnpqrstvwxyz',
    ];
    for (const token of tokens) {
      const answer = await claim({ body: {} }, by(token));
      expectProblem(answer, 'actor.unauthenticated');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    await refused(async () => await claim({ body: {} }, by(tokens[0])), 'actor.unauthenticated');
    expect((await by(good).send(`GET /v1/cohorts/${cohort}`)).status).toBe(200);
  });

  test('has expired', async () => {
    const token = await installation.run.tokenFor('RAT');
    expect((await by(token).send(`GET /v1/cohorts/${cohort}`)).status).toBe(200);
    clock.advance(3_600_000 + 1000);
    await refused(async () => await claim({ body: {} }, by(token)), 'actor.unauthenticated');
  });

  test('is a key that was revoked, a minute ago at most, or has come to its end', async () => {
    const { RAT } = london;
    const revoked = await RAT.createKey({ name: 'Booking', scopes: ['places:write', 'places:read'] });
    const short = await RAT.createKey({ name: 'For a day', scopes: ['places:write', 'places:read'], days: 1 });
    for (const { token } of [revoked, short])
      expect((await installation.withKey(token).seePlaces(cohort)).capacity).toBe(3);
    await RAT.revokeKey(revoked.id);
    clock.advance(61_000);
    await refused(async () => await claim({ body: {} }, installation.withKey(revoked.token)), 'actor.unauthenticated');
    expect((await installation.withKey(short.token).seePlaces(cohort)).capacity).toBe(3);
    clock.advance(86_400_000);
    await refused(async () => await claim({ body: {} }, installation.withKey(short.token)), 'actor.unauthenticated');
  });
});

describe('a sheet', () => {
  const header = 'reference,name,email,staffGroup,band,role,managesPeople,leadsCommissioning';
  const good = `${header}\r\nE1,Édith Example,e1@example.org,managers,8a,Service manager,yes,no\r\n`;
  const sendSheet = async (body: string, type = 'text/csv') =>
    await london.RAT.send('POST /v1/imports/people', { body, headers: { 'content-type': type } });

  test('that is good is taken, and taken again without a change; places come out as one', async () => {
    expect(await sendSheet(good)).toMatchObject({ status: 200, body: { status: 'done', added: 1 } });
    expect(await sendSheet(`\ufeff${good}`)).toMatchObject({ status: 200, body: { unchanged: 1 } });
    const { status, headers, body } = await london.RAT.send('GET /v1/places.csv');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="places-org_\w+-[\d-]+\.csv"$/);
    expect(String(body)).toContain(`\r\n${cohort},`);
  });

  test('that is too large, is called something else, or is none', async () => {
    await refused(async () => await sendSheet(good + '\n'.repeat(2 * 1024 * 1024)), 'request.too-large');
    await refused(async () => await sendSheet(good, 'application/json'), 'request.malformed');
    await refused(async () => await sendSheet(good.replace('8a', '"8a')), 'sheet.unreadable');
    await refused(async () => await sendSheet(good.replace('É', '\ufffd')), 'sheet.unreadable');
  });
});

test('an address that there is not, and a method that it does not take', async () => {
  for (const route of ['GET /v1/nothing', `DELETE /v1/cohorts/${cohort}`, `POST /v1/cohorts/${cohort}`]) {
    const { status, body } = await london.RF4.send(route);
    expect([status, body]).toEqual([404, { message: 'Not Found' }]);
  }
  expectProblem(await london.RF4.send('GET /v1/cohorts/not-an-id'), 'request.invalid');
});
