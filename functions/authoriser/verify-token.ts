import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwtBaseError, JwtInvalidAudienceError } from 'aws-jwt-verify/error';
import { isJwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as z from 'zod';
import type { Authorised } from '../http/authorised.ts';

/** How long the issuer may take to answer with its keys (milliseconds). */
const issuerTimeout = 3000;

/**
 * What is read of a token. An identity token names its client in `aud`, an access token of Cognito in `client_id`; the
 * latter says who it is, and neither name nor address. One without an end would be good for ever: the library looks at
 * `exp` only where there is one.
 */
const claimsSchema = z.object({
  sub: z.string().min(1).max(128),
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  token_use: z.enum(['id', 'access']).optional(),
  name: z.string().max(200).optional().catch(undefined),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
    .optional()
    .catch(false),
});
type Claims = z.infer<typeof claimsSchema>;

/** Who a token says that somebody is; undefined for a token that is not good. Throws when the issuer cannot be asked. */
export type VerifyToken = (token: string) => Promise<Extract<Authorised, { kind: 'person' }> | undefined>;

/**
 * Makes the check of an OIDC issuer's tokens: issued by it (signature, issuer), for this client (audience), not expired.
 * The issuer's keys are fetched once and kept; an unknown key makes them be fetched again, at most every ten seconds.
 */
export function tokenVerifier(issuer: string, audience: string): VerifyToken {
  const verifier = JwtVerifier.create(
    {
      issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      audience: null,
      customJwtCheck: ({ payload }) => {
        const claims = claimsSchema.safeParse(payload);
        if (claims.success && isMeantFor(claims.data, audience)) return;
        throw new JwtInvalidAudienceError('This token is not for this client', payload.aud, audience);
      },
    },
    { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchKeys } }) },
  );

  return async (token) => {
    try {
      return personOf(claimsSchema.parse(await verifier.verify(token)));
    } catch (error) {
      // Only a fetch that failed is to be blamed on the issuer, and not on who sent the token.
      if (!(error instanceof JwtBaseError) || error instanceof FetchError) throw error;
      return undefined;
    }
  };
}

/**
 * Fetches the issuer's keys. The fetcher that comes with the library speaks only https; the local run's issuer is on plain
 * http. An answer without keys is as good as none: taken for an answer, it would make every good token a bad one.
 */
async function fetchKeys(address: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(issuerTimeout), redirect: 'error' });
    if (!response.ok) throw new Error(`status ${String(response.status)}`);
    const body = await response.arrayBuffer();
    const answer = z.json().parse(JSON.parse(Buffer.from(body).toString()));
    if (!isJwks(answer) || answer.keys.length === 0) throw new Error('no keys');
    return body;
  } catch (error) {
    throw new FetchError(address, error);
  }
}

function isMeantFor({ aud, client_id: client, token_use: use }: Claims, audience: string): boolean {
  if (use === 'access' && aud === undefined) return client === audience;
  return aud !== undefined && [aud].flat().includes(audience);
}

/** An address that the issuer does not say it has verified is anybody's: it is left out. */
function personOf({ sub, name, email, email_verified: verified }: Claims): Extract<Authorised, { kind: 'person' }> {
  return {
    kind: 'person',
    subject: sub,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined || verified !== true ? {} : { email }),
  };
}
