import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { answerOf, apiKeyAnswer } from './api-key.ts';
import { apiKeysSource } from './api-keys-items.ts';

/** The API keys of the organisation acted for, oldest first, expired and revoked ones too; never their secrets. */
export const listApiKeys = defineOperation({
  name: 'list-api-keys',
  summary: "Your organisation's API keys",
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(z.object(apiKeyAnswer)),
  example: { limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }, organisation) {
    return await readPage({
      sources: [apiKeysSource(context.table, organisation)],
      sortKey: (key) => key.gsi1sk,
      answer: (key) => answerOf(key, context.clock.now()),
      after: sortKeyAfter(after, /^[0-9TZ:.-]+#key_[0-9a-z]{12}$/),
      limit,
    });
  },
});
