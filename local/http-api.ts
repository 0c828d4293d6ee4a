import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { type AuthoriserSettings, createAuthoriser, refuseIdentitySources } from './authoriser.ts';
import type { Clock } from './clock.ts';
import type { Functions } from './functions.ts';
import { type Answer, answerOf, headOf, lambdaEventOf, type Request } from './http-event.ts';
import { type Log, messageOf } from './log.ts';
import type { Resolver } from './resolve.ts';
import { createRouter, type Match, type Route, routeOf } from './routes.ts';

/** What API Gateway takes of a request's body, in bytes. */
const LARGEST_BODY = 10 * 1024 * 1024;

const routeSchema = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
});
const integrationSchema = z.object({ IntegrationUri: z.string(), TimeoutInMillis: z.coerce.number().default(30_000) });
const authoriserSchema = z.object({
  AuthorizerUri: z.string(),
  IdentitySource: z.array(z.string()),
  AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
});

/** The Lambda's ARN in the two forms that API Gateway writes it: bare, and inside an invocation path. */
function lambdaOf(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

/** The HTTP API of an assembly: its routes and authorisers. */
export interface HttpApi {
  readonly listener: RequestListener;
  readonly routes: readonly Route[];
}

/** An HTTP API's answer to what never reaches a Lambda; `explanation` is the local run's own, for people. */
function refusal(status: number, message: string, explanation?: string): Answer {
  const body = JSON.stringify(explanation === undefined ? { message } : { message, explanation });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function readRoutes(
  assembly: Assembly,
  resolver: Resolver,
): { routes: Route[]; authorisers: AuthoriserSettings[]; limits: Map<string, number> } {
  const ofType = (type: string) => assembly.resources.filter((resource) => resource.type === type);
  const integrations = new Map(
    ofType('AWS::ApiGatewayV2::Integration').map((resource) => [
      resource.logicalId,
      integrationSchema.parse(resolver.properties(resource)),
    ]),
  );
  const limits = new Map<string, number>();
  const routes = ofType('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target, AuthorizationType, AuthorizerId } = routeSchema.parse(resolver.properties(resource));
    const integration = integrations.get(Target.replace('integrations/', ''));
    if (integration === undefined) throw new Error(`${resource.logicalId}: there is no integration ${Target}.`);
    limits.set(RouteKey, integration.TimeoutInMillis);
    return routeOf(
      RouteKey,
      lambdaOf(integration.IntegrationUri),
      AuthorizationType === 'CUSTOM' ? AuthorizerId : undefined,
    );
  });
  const authorisers = ofType('AWS::ApiGatewayV2::Authorizer').map((resource) => {
    const properties = authoriserSchema.parse(resolver.properties(resource));
    const settings = {
      logicalId: resource.logicalId,
      lambda: lambdaOf(properties.AuthorizerUri),
      identitySources: properties.IdentitySource,
      keptFor: properties.AuthorizerResultTtlInSeconds * 1000,
    };
    refuseIdentitySources(settings);
    return settings;
  });
  return { routes, authorisers, limits };
}

async function readBody(message: IncomingMessage, largest: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const piece = Buffer.from(chunk);
    size += piece.length;
    // The rest is read and dropped, so that the caller hears the answer instead of a closed connection.
    if (size <= largest) chunks.push(piece);
  }
  return size > largest ? undefined : Buffer.concat(chunks);
}

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

/**
 * Makes the HTTP API of an assembly (payload format 2.0). Nothing is throttled here. Refuses (throws) route keys and
 * identity sources that it cannot run; `afterwards` is called once a Lambda has answered.
 */
export function createHttpApi(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly log: Log;
  readonly afterwards: () => void;
}): HttpApi {
  const { functions, clock, log } = parts;
  const { routes, authorisers, limits } = readRoutes(parts.assembly, parts.resolver);
  const apiId = parts.assembly.resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api')?.logicalId ?? 'local';
  const find = createRouter(routes);
  const checks = new Map(
    authorisers.map((settings) => [settings.logicalId, createAuthoriser(settings, functions, clock)]),
  );

  async function invoke(request: Request, match: Match, context: Parameters<typeof lambdaEventOf>[3]): Promise<Answer> {
    const event = JSON.stringify(lambdaEventOf(request, match, apiId, context));
    const invocation = await within(limits.get(match.route.key) ?? 30_000, functions.invoke(match.route.lambda, event));
    parts.afterwards();
    if (invocation === undefined)
      return refusal(503, 'Service Unavailable', `${match.route.key} took longer than API Gateway waits.`);
    const name = functions.find(match.route.lambda)?.settings.logicalId ?? match.route.lambda;
    if (!invocation.ok) return refusal(500, 'Internal Server Error', `The Lambda ${name} ${invocation.reason}.`);
    return (
      answerOf(invocation.payload) ??
      refusal(500, 'Internal Server Error', `The Lambda ${name} gave an answer that is none.`)
    );
  }

  async function answer(message: IncomingMessage): Promise<Answer> {
    const head = headOf(message);
    const body = await readBody(message, LARGEST_BODY);
    if (body === undefined) return refusal(413, 'Request Entity Too Large');
    const match = find(head.method, head.path);
    if (match === undefined) return refusal(404, 'Not Found');
    const request: Request = { ...head, body, requestId: randomUUID(), at: clock.now() };
    if (match.route.authoriser === undefined) return await invoke(request, match, undefined);
    const verdict = await checks.get(match.route.authoriser)?.check(request, match, apiId);
    switch (verdict?.kind) {
      case 'allowed':
        return await invoke(request, match, verdict.context);
      case 'unauthorised':
        return refusal(401, 'Unauthorized');
      case 'forbidden':
        return refusal(403, 'Forbidden');
      case 'failed':
      case undefined:
        return refusal(500, 'Internal Server Error', verdict?.reason);
    }
  }

  const listener: RequestListener = (message, response) => {
    answer(message)
      .catch((error: unknown) => {
        log.line('api', `${message.method ?? ''} ${message.url ?? ''}: ${messageOf(error)}`);
        return refusal(500, 'Internal Server Error', messageOf(error));
      })
      .then((answered) => {
        if (answered.status >= 500) log.line('api', `${answered.status} ${message.method ?? ''} ${message.url ?? ''}`);
        write(response, answered);
      })
      .catch((error: unknown) => log.line('api', messageOf(error)));
  };
  return { listener, routes };
}
