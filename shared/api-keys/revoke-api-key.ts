import * as z from 'zod';
import { changeNow } from '../change.ts';
import { organisationOf } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { answerOf, apiKeyAnswer, apiKeyId } from './api-key.ts';
import { readApiKey, writeRevocation } from './api-keys-items.ts';

/**
 * Ends an API key for good. Requests with it are refused from then on; an edge that has just checked it may take it for
 * one more minute. Repeating it changes nothing. Causes api-key.revoked.
 */
export const revokeApiKey = defineOperation({
  name: 'revoke-api-key',
  summary: 'Revoke an API key',
  kind: 'act',
  input: z.strictObject({ key: apiKeyId }),
  output: z.object(apiKeyAnswer),
  example: { key: 'key_0123456789ab' },
  refusals: [],
  notFound: 'api-key.not-found',
  async target(context, input) {
    const key = await readApiKey(context.table, input.key);
    if (key === undefined) return undefined;
    return { relation: key.organisation === organisationOf(context.actor) ? 'own' : 'other', subject: key };
  },
  async run(context, { key }) {
    const { item } = await writeRevocation(context.table, key, changeNow(context, 'revoked'));
    if (item === undefined) throw refusal('api-key.not-found');
    return answerOf(item, context.clock.now());
  },
});
