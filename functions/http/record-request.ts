import type { MiddlewareObj } from '@middy/core';
import type { Context as LambdaContext } from 'aws-lambda';
import type { ApiEvent, ApiResponse } from './api-event.ts';
import type { Edge } from './edge.ts';
import { refusalOf } from './problem.ts';
import { actorKindOf } from './read-actor.ts';

/** What the chain remembers of a request until it is answered. */
export interface Remembered extends Record<string, unknown> {
  startedAt?: number;
}
type Recorder = Required<MiddlewareObj<ApiEvent, ApiResponse, Error, LambdaContext, Remembered>>;

/**
 * Leaves one line in the log and one measurement for each request: operation, status, milliseconds, the code of its
 * refusal, its id and what kind of actor it came from. Never a body, a query, an address, a token or a name. A fault of
 * ours leaves a line of its own, with the error.
 */
export function recordRequest(edgeOf: () => Edge, operationOf: (event: ApiEvent) => string): Omit<Recorder, 'name'> {
  function record(event: ApiEvent, status: number, { startedAt }: Remembered, error?: unknown): void {
    const { log, measure } = edgeOf();
    const operation = operationOf(event);
    const milliseconds = startedAt === undefined ? 0 : Math.round((performance.now() - startedAt) * 10) / 10;
    const code = error === undefined ? undefined : (refusalOf(error)?.code ?? 'request.failed');
    const { requestId } = event.requestContext;
    if (code === 'request.failed') log.failed('A request failed', error, { operation, request: requestId });
    log.info('Request', { operation, status, milliseconds, code, request: requestId, actor: actorKindOf(event) });
    measure(operation, milliseconds, status);
  }

  return {
    before: ({ internal }) => {
      internal.startedAt = performance.now();
    },
    after: ({ event, response, internal }) => {
      record(event, response?.statusCode ?? 500, internal);
    },
    onError: ({ event, response, internal, error }) => {
      record(event, response?.statusCode ?? 500, internal, error ?? 'unknown');
    },
  };
}
