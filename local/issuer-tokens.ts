import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { isObject, parseJson } from './json.ts';
import { readKept, writeKept } from './kept-file.ts';
import type { Person } from './sample/people.ts';

/** How long tokens live, in seconds. */
export interface Lifetimes {
  readonly access: number;
  readonly identity: number;
  readonly refresh: number;
}

/** Signs the local issuer's tokens. */
export interface TokenSigner {
  /** Seconds that an access token lives. */
  readonly accessLifetime: number;
  readonly publicKeys: { readonly keys: readonly JWK[] };
  /** An access token as Cognito's are: who it is and for whom (client_id, no aud); no name and no e-mail address. */
  accessToken(person: Person): Promise<string>;
  /** An identity token, which the API is called with: who it is, with name and verified e-mail address, and for whom (aud). */
  identityToken(person: Person, nonce: string | undefined): Promise<string>;
  refreshToken(person: Person): Promise<string>;
  /** The subject of a good refresh token; refuses (throws) any other. */
  subjectOfRefresh(token: string): Promise<string>;
}

/** The file of a run's folder in which the issuer's key is kept. */
export const keyFileName = 'issuer-key.json';

const ALGORITHM = 'RS256';

/** The issuer's key: made once, then kept, so that tokens outlive a restart. */
async function readKey(file: string | undefined): Promise<JWK> {
  const kept = file === undefined ? undefined : readKept(file);
  if (isObject(kept) && typeof kept['kty'] === 'string') return { ...kept, kty: kept['kty'] };
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  if (file !== undefined) writeKept(file, parseJson(JSON.stringify(key)));
  return key;
}

/** Makes the signer for an issuer and an audience, with the key kept in `keyFile` (undefined = a key of its own). */
export async function createTokenSigner(parts: {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  readonly lifetimes: Lifetimes;
  readonly keyFile: string | undefined;
}): Promise<TokenSigner> {
  const { issuer, audience, clock, lifetimes } = parts;
  const secret = await readKey(parts.keyFile);
  const key = await importJWK(secret, ALGORITHM);
  const { kty = 'RSA', n = '', e = '', kid = '' } = secret;
  const published = { kty, n, e, kid, alg: ALGORITHM, use: 'sig' };
  const publicKey = await importJWK(published, ALGORITHM);

  function sign(
    person: Person,
    use: string,
    lifetime: number,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const now = Math.floor(clock.now().getTime() / 1000);
    return new SignJWT({ token_use: use, ...claims })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(person.subject)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetime)
      .sign(key);
  }

  const identityOf = ({ name, email, id }: Person) => ({
    aud: audience,
    name,
    email,
    email_verified: true,
    'cognito:username': id,
  });
  return {
    accessLifetime: lifetimes.access,
    publicKeys: { keys: [published] },
    accessToken: (person) =>
      sign(person, 'access', lifetimes.access, {
        client_id: audience,
        scope: 'openid profile email',
        username: person.id,
      }),
    identityToken: (person, nonce) =>
      sign(person, 'id', lifetimes.identity, { ...identityOf(person), ...(nonce === undefined ? {} : { nonce }) }),
    refreshToken: (person) => sign(person, 'refresh', lifetimes.refresh, { aud: audience }),
    async subjectOfRefresh(token) {
      const { payload } = await jwtVerify(token, publicKey, { issuer, audience, currentDate: clock.now() });
      if (payload['token_use'] !== 'refresh' || payload.sub === undefined) throw new Error('This is no refresh token.');
      return payload.sub;
    },
  };
}
