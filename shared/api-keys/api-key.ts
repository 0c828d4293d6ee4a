import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { scopes } from '../context.ts';
import { idPattern } from '../ids.ts';

export const apiKeyId = z
  .string()
  .regex(idPattern('key'), 'This is not the id of an API key')
  .describe('The id of an API key');

export const apiKeyDetails = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .describe('What the key is for, such as the name of a system; no personal data'),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).describe('What the key may do'),
};

/** The key of a partner's system. The token that carries it is shown once; only a digest of its secret is kept. */
export const apiKeySchema = z.object({
  pk: z.string(),
  sk: z.literal('API-KEY'),
  id: apiKeyId,
  organisation: z.string(),
  ...apiKeyDetails,
  digest: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revoked: z.boolean(),
  /** To the hour. Writing it down is no change: the version stays. */
  lastUsedAt: z.iso.datetime().optional(),
  /** The organisation that has succeeded the key's own: the key works on for what goes on there. */
  succeededBy: z.string().optional(),
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** An API key as the organisation's administrators see it. */
export const apiKeyAnswer = {
  id: apiKeyId,
  ...apiKeyDetails,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  status: z.enum(['active', 'expired', 'revoked']),
  lastUsedAt: z.iso.datetime().optional().describe('When it was last used, to the hour'),
};

/** What administrators see of a key at an instant; never its digest. */
export function answerOf(key: ApiKey, now: Date) {
  const { id, name, scopes: allowed, createdAt, expiresAt, lastUsedAt } = key;
  return { id, name, scopes: allowed, createdAt, expiresAt, status: statusOf(key, now), lastUsedAt };
}

/** Whether a key works at an instant. */
export function statusOf(key: Pick<ApiKey, 'revoked' | 'expiresAt'>, now: Date): 'active' | 'expired' | 'revoked' {
  if (key.revoked) return 'revoked';
  return now < new Date(key.expiresAt) ? 'active' : 'expired';
}

/** The token that a partner's system sends: recognisable, with the key's id and its secret. */
export function tokenOf(key: string, secret: string): string {
  return `ck_${key.slice('key_'.length)}_${secret}`;
}

const tokenPattern = /^ck_([0-9a-z]{12})_([0-9a-z]{32})$/;

/** The key's id and the secret in a token; undefined for what is no token of ours. */
export function partsOfToken(token: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = tokenPattern.exec(token) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: `key_${id}`, secret };
}
