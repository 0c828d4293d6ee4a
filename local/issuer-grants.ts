import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { TokenSigner } from './issuer-tokens.ts';
import { messageOf } from './log.ts';
import type { Person } from './sample/people.ts';

/** What the local issuer knows of the client that people sign in to. */
export interface ClientSettings {
  readonly clientId: string;
  /** Where people may be sent back to, signed in; addresses of this machine always may. */
  readonly redirects: readonly string[];
  /** Where people may be sent to, signed out; addresses of this machine always may. */
  readonly logouts: readonly string[];
}

/** An OAuth error as its standard words it. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a client is given for a code or a refresh token. */
interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
}

/** Signs people in: gives codes, and tokens for them. */
export interface Grants {
  /** Refuses (throws) a request to sign in that an issuer must not follow. */
  check(request: URLSearchParams): void;
  /** Signs the chosen person in; answers where to send the browser, with a code. */
  signIn(request: URLSearchParams): URL;
  /** Tokens for a code, which is good once and for a minute, or for a refresh token. */
  tokens(request: URLSearchParams): Promise<Tokens>;
}

interface Grant {
  readonly person: Person;
  readonly challenge: string;
  readonly redirect: string;
  readonly nonce: string | undefined;
  readonly until: number;
}

/** Milliseconds that a code is good for. */
const CODE_LIFETIME = 60_000;

/** Whether an address is one of this machine. */
export function isOnThisMachine(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

function checkRequest(request: URLSearchParams, client: ClientSettings): void {
  const redirect = request.get('redirect_uri') ?? '';
  if (request.get('client_id') !== client.clientId) throw new Refusal('invalid_client', 'The client is unknown.');
  if (!client.redirects.includes(redirect) && !isOnThisMachine(redirect))
    throw new Refusal('invalid_request', 'The redirect_uri is not one of the client.');
  if (request.get('response_type') !== 'code')
    throw new Refusal('unsupported_response_type', 'Only response_type=code.');
  if ((request.get('code_challenge') ?? '') === '' || request.get('code_challenge_method') !== 'S256')
    throw new Refusal('invalid_request', 'PKCE with S256 is required.');
}

function checkRedemption(request: URLSearchParams, grant: Grant | undefined, client: ClientSettings, now: number) {
  const verifier = request.get('code_verifier') ?? '';
  const hashed = createHash('sha256').update(verifier).digest('base64url');
  if (grant === undefined || grant.until < now)
    throw new Refusal('invalid_grant', 'The code is unknown, used or too old.');
  if (request.get('client_id') !== client.clientId) throw new Refusal('invalid_client', 'The client is unknown.');
  if (request.get('redirect_uri') !== grant.redirect)
    throw new Refusal('invalid_grant', 'The redirect_uri is another.');
  if (hashed !== grant.challenge) throw new Refusal('invalid_grant', 'The code_verifier does not fit.');
  return grant;
}

/** Makes the grants of an issuer: the authorization code flow with PKCE (S256, required), and refresh. */
export function createGrants(parts: {
  readonly client: ClientSettings;
  readonly people: readonly Person[];
  readonly signer: TokenSigner;
  readonly clock: Clock;
}): Grants {
  const { client, people, signer, clock } = parts;
  const grants = new Map<string, Grant>();
  const now = () => clock.now().getTime();

  async function tokensFor(person: Person, nonce: string | undefined, refreshToken: string): Promise<Tokens> {
    return {
      access_token: await signer.accessToken(person),
      id_token: await signer.identityToken(person, nonce),
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: signer.accessLifetime,
    };
  }

  async function refresh(token: string): Promise<Tokens> {
    const subject = await signer.subjectOfRefresh(token).catch((error: unknown) => {
      throw new Refusal('invalid_grant', messageOf(error));
    });
    const person = people.find((one) => one.subject === subject);
    if (person === undefined) throw new Refusal('invalid_grant', 'The person is no longer here.');
    return await tokensFor(person, undefined, token);
  }

  return {
    check: (request) => checkRequest(request, client),
    signIn(request) {
      checkRequest(request, client);
      const person = people.find(({ id }) => id === request.get('person'));
      if (person === undefined) throw new Refusal('access_denied', 'There is no such person.');
      const code = randomUUID();
      const redirect = request.get('redirect_uri') ?? '';
      const challenge = request.get('code_challenge') ?? '';
      const nonce = request.get('nonce') ?? undefined;
      grants.set(code, { person, challenge, redirect, nonce, until: now() + CODE_LIFETIME });
      const back = new URL(redirect);
      back.searchParams.set('code', code);
      const state = request.get('state');
      if (state !== null) back.searchParams.set('state', state);
      return back;
    },
    async tokens(request) {
      if (request.get('grant_type') === 'refresh_token') return await refresh(request.get('refresh_token') ?? '');
      if (request.get('grant_type') !== 'authorization_code')
        throw new Refusal('unsupported_grant_type', 'Only authorization_code and refresh_token.');
      const code = request.get('code') ?? '';
      const given = grants.get(code);
      grants.delete(code);
      const { person, nonce } = checkRedemption(request, given, client, now());
      return await tokensFor(person, nonce, await signer.refreshToken(person));
    },
  };
}
