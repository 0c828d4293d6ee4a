import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readApiRoutes } from './api-routes.ts';
import type { Assembly } from './assembly.ts';
import { createAuthoriser } from './authoriser.ts';
import type { Clock } from './clock.ts';
import type { Functions } from './functions.ts';
import { type Answer, answerOf, headOf, lambdaEventOf, type Request } from './http-event.ts';
import { type Invocation, LARGEST_PAYLOAD } from './invocation.ts';
import type { Json } from './json.ts';
import { type Log, messageOf } from './log.ts';
import { readBodyUpTo } from './request-body.ts';
import type { Resolver } from './resolve.ts';
import { createRouter, type Match } from './routes.ts';

/** What an HTTP API runs on. */
interface ApiParts {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once a Lambda has answered. */
  readonly afterwards: () => void;
}

/** What API Gateway takes of a request's body, in bytes. */
const LARGEST_BODY = 10 * 1024 * 1024;

/** An HTTP API's answer to what never reaches a Lambda; `explanation` is the local run's own, for people. */
function refusal(status: number, message: string, explanation?: string): Answer {
  const body = JSON.stringify(explanation === undefined ? { message } : { message, explanation });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

const broken = (explanation: string) => refusal(500, 'Internal Server Error', explanation);

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Resolves to undefined when the work takes longer than API Gateway waits for an integration. */
async function within<T>(limit: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limit);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function answerTo(invocation: Invocation, lambda: string): Answer {
  if (!invocation.ok) return broken(`The Lambda ${lambda} ${invocation.reason}.`);
  return answerOf(invocation.payload) ?? broken(`The Lambda ${lambda} gave an answer that is none.`);
}

/** Makes the way from a request to its answer: route, authoriser, Lambda. */
function createAnswering(parts: ApiParts): (message: IncomingMessage) => Promise<Answer> {
  const { functions, clock } = parts;
  const { apiId, routes, authorisers, limits } = readApiRoutes(parts.assembly, parts.resolver);
  const find = createRouter(routes);
  const checks = new Map(
    authorisers.map((settings) => [settings.logicalId, createAuthoriser(settings, functions, clock)]),
  );

  async function invoke(request: Request, match: Match, context: Json | undefined): Promise<Answer> {
    const { key, lambda } = match.route;
    const event = JSON.stringify(lambdaEventOf(request, match, apiId, context));
    if (Buffer.byteLength(event) > LARGEST_PAYLOAD) return refusal(413, 'Request Entity Too Large');
    const invocation = await within(limits.get(key) ?? 30_000, functions.invoke(lambda, event));
    parts.afterwards();
    if (invocation === undefined)
      return refusal(503, 'Service Unavailable', `${key} took longer than API Gateway waits.`);
    return answerTo(invocation, functions.find(lambda)?.settings.logicalId ?? lambda);
  }

  async function authorise(request: Request, match: Match, authoriser: string): Promise<Answer> {
    const verdict = await checks.get(authoriser)?.check(request, match, apiId);
    switch (verdict?.kind) {
      case 'allowed':
        return await invoke(request, match, verdict.context);
      case 'unauthorised':
        return refusal(401, 'Unauthorized');
      case 'forbidden':
        return refusal(403, 'Forbidden');
      case 'failed':
      case undefined:
        return broken(verdict?.reason ?? `there is no authoriser ${authoriser}`);
    }
  }

  return async (message) => {
    const head = headOf(message);
    const body = await readBodyUpTo(message, LARGEST_BODY);
    if (body === undefined) return refusal(413, 'Request Entity Too Large');
    const match = find(head.method, head.path);
    if (match === undefined) return refusal(404, 'Not Found');
    const request: Request = { ...head, body, requestId: randomUUID(), at: clock.now() };
    const { authoriser } = match.route;
    return authoriser === undefined
      ? await invoke(request, match, undefined)
      : await authorise(request, match, authoriser);
  };
}

/**
 * Makes the HTTP API of an assembly (payload format 2.0). Nothing is throttled here. Refuses (throws) route keys and
 * identity sources that it cannot run.
 */
export function createHttpApi(parts: ApiParts): RequestListener {
  const { log } = parts;
  const answer = createAnswering(parts);

  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = `${message.method ?? ''} ${message.url ?? ''}`;
    const failed = (error: unknown): Answer => {
      log.line('api', `${request}: ${messageOf(error)}`);
      return broken(messageOf(error));
    };
    const answered = await answer(message).catch(failed);
    if (answered.status >= 500) log.line('api', `${answered.status} ${request}`);
    try {
      write(response, answered);
    } catch (error) {
      // The Lambda named a header, or gave it a value, that HTTP cannot carry.
      write(response, failed(error));
    }
  }

  return (message, response) => void respond(message, response);
}
