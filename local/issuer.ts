import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Clock } from './clock.ts';
import { signInPage } from './issuer-page.ts';
import type { TokenSigner } from './issuer-tokens.ts';
import { messageOf } from './log.ts';
import type { Person } from './sample/people.ts';

/** What the local issuer knows of the client that people sign in to. */
export interface ClientSettings {
  readonly clientId: string;
  /** Where people may be sent back to; addresses of this machine always may. */
  readonly redirects: readonly string[];
}

/** An OAuth error as its standard words it. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['openid', 'profile', 'email'],
  };
}

async function formOf(message: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function isOnThisMachine(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/**
 * Makes the local OIDC issuer that stands in for Cognito: the authorization code flow with PKCE (S256, required) and
 * refresh. It is written on jose's signing alone: a whole OIDC server (oidc-provider) would bring thirty packages
 * and a store, and `npm run token` would still have to sign beside it.
 */
export function createIssuer(parts: {
  readonly issuer: string;
  readonly client: ClientSettings;
  readonly people: readonly Person[];
  readonly signer: TokenSigner;
  readonly clock: Clock;
}): RequestListener {
  const { client, people, signer, clock } = parts;
  const grants = new Map<string, Grant>();

  /** Checks what a client asks to sign in with; refuses (throws) what an issuer must not redirect. */
  function checked(form: URLSearchParams): { redirect: string; challenge: string } {
    const redirect = form.get('redirect_uri') ?? '';
    const challenge = form.get('code_challenge') ?? '';
    if (form.get('client_id') !== client.clientId) throw new Refusal('invalid_client', 'The client is unknown.');
    if (!client.redirects.includes(redirect) && !isOnThisMachine(redirect))
      throw new Refusal('invalid_request', 'The redirect_uri is not one of the client.');
    if (form.get('response_type') !== 'code')
      throw new Refusal('unsupported_response_type', 'Only response_type=code.');
    if (challenge === '' || form.get('code_challenge_method') !== 'S256')
      throw new Refusal('invalid_request', 'PKCE with S256 is required.');
    return { redirect, challenge };
  }

  function signIn(form: URLSearchParams): Answer {
    const { redirect, challenge } = checked(form);
    const person = people.find(({ id }) => id === form.get('person'));
    if (person === undefined) throw new Refusal('access_denied', 'There is no such person.');
    const code = randomUUID();
    grants.set(code, {
      person,
      challenge,
      redirect,
      nonce: form.get('nonce') ?? undefined,
      until: clock.now().getTime() + CODE_LIFETIME,
    });
    const back = new URL(redirect);
    back.searchParams.set('code', code);
    const state = form.get('state');
    if (state !== null) back.searchParams.set('state', state);
    return { status: 303, headers: { location: back.href }, body: '' };
  }

  function redeem(form: URLSearchParams): Grant {
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const hashed = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant === undefined || grant.until < clock.now().getTime())
      throw new Refusal('invalid_grant', 'The code is unknown, used or too old.');
    if (form.get('client_id') !== client.clientId) throw new Refusal('invalid_client', 'The client is unknown.');
    if (form.get('redirect_uri') !== grant.redirect) throw new Refusal('invalid_grant', 'The redirect_uri is another.');
    if (hashed !== grant.challenge) throw new Refusal('invalid_grant', 'The code_verifier does not fit.');
    return grant;
  }

  async function tokens(form: URLSearchParams): Promise<Answer> {
    const answer = async (person: Person, nonce: string | undefined, refresh: string) =>
      json(200, {
        access_token: await signer.accessToken(person),
        id_token: await signer.identityToken(person, nonce),
        refresh_token: refresh,
        token_type: 'Bearer',
        expires_in: signer.accessLifetime,
      });
    if (form.get('grant_type') === 'authorization_code') {
      const { person, nonce } = redeem(form);
      return await answer(person, nonce, await signer.refreshToken(person));
    }
    if (form.get('grant_type') !== 'refresh_token')
      throw new Refusal('unsupported_grant_type', 'Only authorization_code and refresh_token.');
    const token = form.get('refresh_token') ?? '';
    const subject = await signer.subjectOfRefresh(token).catch((error: unknown) => {
      throw new Refusal('invalid_grant', messageOf(error));
    });
    const person = people.find((one) => one.subject === subject);
    if (person === undefined) throw new Refusal('invalid_grant', 'The person is no longer here.');
    return await answer(person, undefined, token);
  }

  async function answerTo(message: IncomingMessage): Promise<Answer> {
    const url = new URL(message.url ?? '/', parts.issuer);
    switch (`${message.method ?? ''} ${url.pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return json(200, discovery(parts.issuer));
      case 'GET /.well-known/jwks.json':
        return json(200, signer.publicKeys);
      case 'GET /oauth2/authorize':
        checked(url.searchParams);
        return {
          status: 200,
          headers: { 'content-type': 'text/html; charset=utf-8' },
          body: signInPage(people, new Map(url.searchParams)),
        };
      case 'POST /oauth2/authorize':
        return signIn(await formOf(message));
      case 'POST /oauth2/token':
        return await tokens(await formOf(message));
      case 'GET /logout': {
        const back = url.searchParams.get('logout_uri') ?? url.searchParams.get('post_logout_redirect_uri') ?? '';
        return isOnThisMachine(back)
          ? { status: 303, headers: { location: back }, body: '' }
          : json(200, { message: 'Signed out.' });
      }
      default:
        return json(404, { error: 'not_found' });
    }
  }

  return (message, response) => {
    answerTo(message)
      .catch((error: unknown) =>
        error instanceof Refusal
          ? json(400, { error: error.code, error_description: error.message })
          : json(500, { error: 'server_error', error_description: messageOf(error) }),
      )
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch(() => response.destroy());
  };
}
