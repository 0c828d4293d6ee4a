import * as z from 'zod';
import { defineOperation, nothingOwned } from '../operation.ts';

/**
 * Makes the operation that answers the API's own description (OpenAPI 3.1). Only the edge knows the API's addresses, so it
 * gives the description; here is decided who may read it.
 */
export function getApiDescription(describe: () => Promise<Readonly<Record<string, unknown>>>) {
  return defineOperation({
    name: 'get-api-description',
    summary: 'This description of the API',
    kind: 'read',
    input: z.strictObject({}),
    output: z.record(z.string(), z.unknown()),
    example: {},
    refusals: [],
    notFound: 'request.unknown-route',
    target: nothingOwned,
    run: async () => ({ ...(await describe()) }),
  });
}
