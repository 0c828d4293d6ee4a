import type { AsyncInvocations } from './async-invocations.ts';
import { AwsError, type RawHandler } from './aws-endpoint.ts';
import type { Functions } from './functions.ts';
import { tryParseJson } from './json.ts';

/** Makes Lambda's Invoke: `POST /2015-03-31/functions/<name>/invocations`, as its own client calls it. */
export function createInvokeEndpoint(
  functions: Functions,
  invocations: AsyncInvocations,
  afterwards: () => void,
): RawHandler {
  return async (message, body) => {
    const [, encoded] =
      /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec((message.url ?? '').split('?')[0] ?? '') ?? [];
    if (encoded === undefined || message.method !== 'POST') return undefined;
    const lambda = decodeURIComponent(encoded);
    if (functions.find(lambda) === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${lambda}`, 404);
    const payload = body === '' ? '{}' : body;
    if (tryParseJson(payload) === undefined)
      throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
    switch (message.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
      case 'DryRun':
        return { status: 204, headers: {}, body: '' };
      case 'Event':
        invocations.submit(lambda, payload);
        return { status: 202, headers: {}, body: '' };
      default: {
        const invocation = await functions.invoke(lambda, payload);
        afterwards();
        const headers: Record<string, string> = { 'x-amz-executed-version': '$LATEST' };
        if (!invocation.ok) headers['x-amz-function-error'] = 'Unhandled';
        return { status: 200, headers, body: invocation.payload };
      }
    }
  };
}
