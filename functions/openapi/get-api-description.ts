import { z } from 'zod';
import { defineOperation, nothingOwned } from '../../shared/operation.ts';
import { describeApi } from './describe-api.ts';

let description: Record<string, unknown> | undefined;

/**
 * Answers the API's own description (OpenAPI 3.1), made once in each Lambda from the routes themselves. They are loaded
 * when first asked for: this operation is one of them, and the health of the installation needs none.
 */
export const getApiDescription = defineOperation({
  name: 'get-api-description',
  summary: 'This description of the API',
  kind: 'read',
  input: z.strictObject({}),
  output: z.record(z.string(), z.unknown()),
  example: {},
  refusals: [],
  notFound: 'request.unknown-route',
  target: nothingOwned,
  async run() {
    const { nouns } = await import('../api/all-routes.ts');
    description ??= describeApi(nouns);
    return description;
  },
});
