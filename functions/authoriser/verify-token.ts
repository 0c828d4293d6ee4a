import { JwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwksValidationError,
  JwtBaseError,
  JwtInvalidAudienceError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { z } from 'zod';
import type { Authorised } from '../http/authorised.ts';

/** How long the issuer may take to answer with its keys (milliseconds). */
const issuerTimeout = 3000;

/** What is read of a token. An identity token names its client in `aud`, an access token of Cognito in `client_id`. */
const claimsSchema = z.object({
  sub: z.string().min(1).max(128),
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
  let answered = true;
  const fetcher = {
    fetch: async (address: string) => {
      answered = false;
      const keys = await fetchKeys(address);
      answered = true;
      return keys;
    },
  };
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
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );

  return async (token) => {
    try {
      return personOf(claimsSchema.parse(await verifier.verify(token)));
    } catch (error) {
      if (!(error instanceof JwtBaseError) || isIssuersFault(error, answered)) throw error;
      return undefined;
    }
  };
}

/** The fetcher that comes with the library speaks only https; the local run's issuer is on plain http. */
async function fetchKeys(address: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(issuerTimeout), redirect: 'error' });
    if (!response.ok) throw new Error(`status ${String(response.status)}`);
    return await response.arrayBuffer();
  } catch (error) {
    throw new FetchError(address, error);
  }
}

/** Whether the issuer is to blame and not the token: it did not answer, or with no keys, or did so a moment ago. */
function isIssuersFault(error: JwtBaseError, answered: boolean): boolean {
  if (error instanceof WaitPeriodNotYetEndedJwkError) return !answered;
  return error instanceof FetchError || error instanceof JwksValidationError;
}

function isMeantFor({ aud, client_id: client, token_use: use }: Claims, audience: string): boolean {
  if (use === 'access' && aud === undefined) return client === audience;
  return aud !== undefined && [aud].flat().includes(audience);
}

/** An address that the issuer has not verified is anybody's: it is left out. */
function personOf({ sub, name, email, email_verified: verified }: Claims): Extract<Authorised, { kind: 'person' }> {
  return {
    kind: 'person',
    subject: sub,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined || verified === false ? {} : { email }),
  };
}
