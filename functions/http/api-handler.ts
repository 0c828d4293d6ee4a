// Its types know only the default export.
// oxlint-disable-next-line import/no-named-as-default
import middy from '@middy/core';
import type { Context as LambdaContext } from 'aws-lambda';
import { answeredFileSchema } from '../../shared/answered-file.ts';
import { refusal } from '../../shared/errors.ts';
import type { ApiEvent, ApiResponse } from './api-event.ts';
import { lambdaEdge, type Edge } from './edge.ts';
import { problemHeaders, problemOf } from './problem.ts';
import { readActor } from './read-actor.ts';
import { readFacts } from './read-facts.ts';
import { readInput } from './read-input.ts';
import { recordRequest, type Remembered } from './record-request.ts';
import { routeKeyOf, type Route } from './route.ts';

/** A caller is told that a request takes too long this long (milliseconds) before Lambda would end it without a word. */
const toldBefore = 200;

/** On every answer: nothing may keep it, guess at its type, or show it as a page. */
const everyHeader = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

type ApiHandler = (event: ApiEvent, context: LambdaContext) => Promise<ApiResponse>;

/**
 * The handler of a noun's Lambda: the one chain that every request goes through. It finds the route, reads who calls, the
 * headers and the input, performs the operation, and answers in JSON, with the version as ETag where there is one, or with
 * the file that its route says. Any
 * refusal becomes its problem document, any fault a general one and a line in the log. Each request leaves one line and
 * one measurement, of neither its content nor the person.
 */
export function apiHandler(routes: readonly Route[], edgeOf: () => Edge = lambdaEdge): ApiHandler {
  const byKey = new Map(routes.map((route) => [routeKeyOf(route), route]));
  const operationOf = (event: ApiEvent) => byKey.get(event.routeKey)?.operation.name ?? 'unknown-route';

  async function answer(event: ApiEvent): Promise<ApiResponse> {
    const route = byKey.get(event.routeKey);
    if (route === undefined) throw refusal('request.unknown-route');
    const { operation } = route;
    const { table, epoch, clock, random, log } = edgeOf();
    const actor = await readActor(table, operation.name, event);
    const request = readFacts(operation.kind, event.headers);
    const output = await operation.perform(
      { actor, request, table, epoch, clock, random, log },
      readInput(event, route.takes),
    );
    return response(route, output);
  }

  return middy<ApiEvent, ApiResponse, Error, LambdaContext, Remembered>(answer, {
    timeoutEarlyInMillis: toldBefore,
    timeoutEarlyResponse: () => {
      throw refusal('request.failed', 'This took too long. It may have been done: repeat it with its Idempotency-Key');
    },
  })
    .use(recordRequest(edgeOf, operationOf))
    .onError((request) => {
      request.response = problemResponse(request.error, request.event.requestContext.requestId);
    });
}

function response({ status, answers }: Route, output: unknown): ApiResponse {
  if (answers !== undefined) return fileResponse(status, answers, output);
  return {
    statusCode: status,
    headers: { ...everyHeader, 'content-type': 'application/json', ...entityTag(output) },
    body: JSON.stringify(output),
  };
}

/** A file is for keeping, never shown in place. Throws for an output that is none. */
function fileResponse(status: number, mediaType: string, output: unknown): ApiResponse {
  const { name, content } = answeredFileSchema.parse(output);
  const type = { 'content-type': `${mediaType}; charset=utf-8` };
  return {
    statusCode: status,
    headers: { ...everyHeader, ...type, 'content-disposition': `attachment; filename="${name}"` },
    body: content,
  };
}

function entityTag(output: unknown): Readonly<Record<string, string>> {
  if (typeof output !== 'object' || output === null || !('version' in output)) return {};
  return typeof output.version === 'number' ? { etag: `"${String(output.version)}"` } : {};
}

function problemResponse(error: unknown, requestId: string): ApiResponse {
  const problem = problemOf(error, requestId);
  return {
    statusCode: problem.status,
    headers: { ...everyHeader, ...problemHeaders(problem) },
    body: JSON.stringify(problem),
  };
}
