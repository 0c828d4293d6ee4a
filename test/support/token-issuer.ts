import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** What a token says, and what its header says of itself. */
export interface Token {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, string>>;
}

/** A key that an issuer signs with. */
export interface SigningKey {
  readonly publicKey: JWK;
  sign(issuer: string, token?: Token): Promise<string>;
}

/** The client that the tokens of a test are for, unless they say otherwise. */
export const audience = 'client-of-cohortium';

/** Makes a key. A token of it is good for an hour, for somebody called `sub-1`, unless a test changes its claims. */
export async function makeSigningKey(kid: string, algorithm = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return {
    publicKey: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
    async sign(issuer, { claims = {}, header = {} } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, sub: 'sub-1', aud: audience, iat: now, exp: now + 3600 };
      return await new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(privateKey);
    },
  };
}

/** An OIDC issuer on HTTP, as far as who checks its tokens asks it. */
export interface TokenIssuer {
  readonly issuer: string;
  /** How often it was asked for its keys. */
  readonly asked: () => number;
  /** Answers with these keys from now on. */
  publish(...keys: readonly SigningKey[]): void;
  /** Answers so from now on. */
  answerWith(answer: (response: ServerResponse) => void): void;
  /** Answers nobody any more. */
  stop(): Promise<void>;
}

/** Starts an issuer that publishes these keys. */
export async function startTokenIssuer(...keys: readonly SigningKey[]): Promise<TokenIssuer> {
  let asked = 0;
  const answerOf =
    (published: readonly SigningKey[]): ((response: ServerResponse) => void) =>
    (response) =>
      void response.end(JSON.stringify({ keys: published.map(({ publicKey }) => publicKey) }));
  let answer = answerOf(keys);
  const server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/.well-known/jwks.json') answer(response);
    else response.writeHead(404).end();
  });
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
    });
  });
  return {
    issuer: `http://127.0.0.1:${String(port)}`,
    asked: () => asked,
    publish: (...published) => {
      answer = answerOf(published);
    },
    answerWith: (given) => {
      answer = given;
    },
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
