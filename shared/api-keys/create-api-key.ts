import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId, scopes } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { digest, idOfRequest, newSecret } from '../ids.ts';
import { defineOperation, idempotencyKeyOf, ownOrganisation } from '../operation.ts';
import { answerOf, apiKeyAnswer, apiKeyDetails, apiKeySchema, tokenOf } from './api-key.ts';
import { apiKeyItem } from './api-keys-items.ts';

/**
 * Makes an API key for a system of the organisation acted for and answers its token, once: only a digest of the secret
 * is kept. A repeated request is answered with the key, as it is now, without the token; who has lost the token revokes
 * the key and makes another.
 *
 * Refusals: `request.key-reused`. Causes api-key.created.
 */
export const createApiKey = defineOperation({
  name: 'create-api-key',
  summary: 'Make an API key for a system of your organisation',
  kind: 'create',
  input: z.strictObject({
    ...apiKeyDetails,
    days: z.int().min(1).max(365).default(90).describe('For how many days the key works'),
  }),
  output: z.object({
    ...apiKeyAnswer,
    token: z
      .string()
      .optional()
      .describe('What the system sends as its bearer token; shown once: a repeated request is answered without it'),
  }),
  example: { name: 'Learning management system', scopes: ['programmes:read', 'places:write'], days: 180 },
  refusals: ['request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input, organisation) {
    const now = context.clock.now();
    const id = idOfRequest('key', actorId(context.actor), 'create-api-key', idempotencyKeyOf(context));
    const request = requestDigest(context, 'create-api-key', input);
    const secret = newSecret(context.random);
    const item = apiKeyItem({
      id,
      organisation,
      name: input.name,
      scopes: scopes.filter((scope) => input.scopes.includes(scope)),
      digest: digest('api-key', id, secret),
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + input.days * 86_400_000).toISOString(),
      revoked: false,
      request,
      version: 1,
      change: changeNow(context, 'created'),
    });
    const made = await createOnce(context.table, item, apiKeySchema);
    // Ours when the digest is: also after our own write was sent twice because its acknowledgement was lost.
    const token = made.digest === digest('api-key', id, secret) ? tokenOf(id, secret) : undefined;
    return { ...answerOf(made, now), token };
  },
});
