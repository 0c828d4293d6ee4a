import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import type { ClientSettings } from './issuer-grants.ts';
import type { Lifetimes } from './issuer-tokens.ts';
import type { Resolver } from './resolve.ts';

const unitSchema = z.enum(['seconds', 'minutes', 'hours', 'days']);
const clientSchema = z.object({
  CallbackURLs: z.array(z.string()).default([]),
  LogoutURLs: z.array(z.string()).default([]),
  AccessTokenValidity: z.coerce.number().default(60),
  IdTokenValidity: z.coerce.number().default(60),
  RefreshTokenValidity: z.coerce.number().default(30),
  TokenValidityUnits: z
    .object({ AccessToken: unitSchema, IdToken: unitSchema, RefreshToken: unitSchema })
    .partial()
    .default({}),
});
const seconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

/** What the template says of the client that people sign in to, and of its tokens; sensible values without one. */
export function readClient(
  assembly: Assembly,
  resolver: Resolver,
): { readonly client: ClientSettings; readonly lifetimes: Lifetimes } {
  const resource = assembly.resources.find(({ type }) => type === 'AWS::Cognito::UserPoolClient');
  const properties = clientSchema.parse(resource === undefined ? {} : resolver.properties(resource));
  const { AccessToken, IdToken, RefreshToken } = properties.TokenValidityUnits;
  // Without units Cognito counts access and identity tokens in hours, and its default is one.
  const short = (validity: number, unit: keyof typeof seconds | undefined) =>
    validity * seconds[unit ?? (validity === 60 ? 'minutes' : 'hours')];
  return {
    client: {
      clientId: resource?.logicalId ?? 'local',
      redirects: properties.CallbackURLs,
      logouts: properties.LogoutURLs,
    },
    lifetimes: {
      access: short(properties.AccessTokenValidity, AccessToken),
      identity: short(properties.IdTokenValidity, IdToken),
      refresh: properties.RefreshTokenValidity * seconds[RefreshToken ?? 'days'],
    },
  };
}
