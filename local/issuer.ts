import type { IncomingMessage, RequestListener } from 'node:http';
import type { Clock } from './clock.ts';
import { type ClientSettings, createGrants, type Grants, isOnThisMachine, Refusal } from './issuer-grants.ts';
import { signInPage } from './issuer-page.ts';
import type { TokenSigner } from './issuer-tokens.ts';
import { messageOf } from './log.ts';
import { readText } from './request-body.ts';
import type { Person } from './sample/people.ts';

/** What an issuer is made of. */
interface IssuerParts {
  readonly issuer: string;
  readonly client: ClientSettings;
  readonly people: readonly Person[];
  readonly signer: TokenSigner;
  readonly clock: Clock;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});

const redirect = (location: string): Answer => ({ status: 303, headers: { location }, body: '' });

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

function signOut(query: URLSearchParams, { logouts }: ClientSettings): Answer {
  const back = query.get('logout_uri') ?? query.get('post_logout_redirect_uri') ?? '';
  return logouts.includes(back) || isOnThisMachine(back) ? redirect(back) : json(200, { message: 'Signed out.' });
}

const form = async (message: IncomingMessage) => new URLSearchParams(await readText(message));

async function answerTo(message: IncomingMessage, parts: IssuerParts, grants: Grants): Promise<Answer> {
  const url = new URL(message.url ?? '/', parts.issuer);
  switch (`${message.method ?? ''} ${url.pathname}`) {
    case 'GET /.well-known/openid-configuration':
      return json(200, discovery(parts.issuer));
    case 'GET /.well-known/jwks.json':
      return json(200, parts.signer.publicKeys);
    case 'GET /oauth2/authorize':
      grants.check(url.searchParams);
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: signInPage(parts.people, new Map(url.searchParams)),
      };
    case 'POST /oauth2/authorize':
      return redirect(grants.signIn(await form(message)).href);
    case 'POST /oauth2/token':
      return json(200, await grants.tokens(await form(message)));
    case 'GET /logout':
      return signOut(url.searchParams, parts.client);
    default:
      return json(404, { error: 'not_found' });
  }
}

function failure(error: unknown): Answer {
  return error instanceof Refusal
    ? json(400, { error: error.code, error_description: error.message })
    : json(500, { error: 'server_error', error_description: messageOf(error) });
}

/**
 * Makes the local OIDC issuer that stands in for Cognito: the authorization code flow with PKCE (S256, required) and
 * refresh. It is written on jose's signing alone: a whole OIDC server (oidc-provider) would bring thirty packages
 * and a store, and `npm run token` would still have to sign beside it.
 */
export function createIssuer(parts: IssuerParts): RequestListener {
  const grants = createGrants(parts);
  return (message, response) => {
    void answerTo(message, parts, grants)
      .catch(failure)
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  };
}
