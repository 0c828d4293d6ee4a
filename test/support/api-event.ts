import type { Context as LambdaContext } from 'aws-lambda';
import type { ApiEvent } from '../../functions/http/api-event.ts';
import type { Authorised } from '../../functions/http/authorised.ts';

/** Who calls, as the authoriser found them; a person names the organisation that they act for. */
export type ApiCaller =
  | {
      readonly kind: 'client';
      readonly organisation: string;
      readonly scopes: readonly string[];
      readonly key?: string;
    }
  | { readonly kind: 'person'; readonly subject: string; readonly organisation?: string; readonly email?: string }
  | { readonly kind: 'refused' };

/** A request to a route, as a test writes it down. */
export interface ApiRequest {
  readonly path?: Readonly<Record<string, string>>;
  /** As it stands in the address, without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a text as it stands. */
  readonly body?: string | object;
  /** The body is given in base64, as API Gateway does with what it does not take for text. */
  readonly base64?: boolean;
  /** Nobody where no authoriser stands before the route. */
  readonly caller?: ApiCaller;
}

let requests = 0;

/** The event that API Gateway (HTTP API, payload format 2.0) makes of a request to `POST /v1/cohorts/{cohort}/claims`. */
export function apiEvent(route: string, request: ApiRequest = {}): ApiEvent {
  requests += 1;
  const { path = {}, query = '', headers = {}, body, base64 = false, caller } = request;
  const organisation = caller?.kind === 'person' ? caller.organisation : undefined;
  const [method = '', template = ''] = route.split(' ');
  const rawPath = template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => path[name] ?? '');
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const parameters = joinedParameters(query);
  return {
    version: '2.0',
    routeKey: route,
    rawPath,
    rawQueryString: query,
    headers: {
      host: 'api.example',
      'user-agent': 'test',
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
      ...(organisation === undefined ? {} : { 'cohortium-organisation': organisation }),
      ...headers,
    },
    ...(query === '' ? {} : { queryStringParameters: parameters }),
    ...(Object.keys(path).length === 0 ? {} : { pathParameters: path }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: `request-${String(requests)}`,
      routeKey: route,
      stage: '$default',
      time: '04/Jan/2027:09:00:00 +0000',
      timeEpoch: 1_799_053_200_000,
      ...(caller === undefined ? {} : { authorizer: { lambda: authorisedOf(caller) } }),
    },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: base64,
  };
}

/** API Gateway joins the values of a repeated parameter with commas. */
function joinedParameters(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

function authorisedOf(caller: ApiCaller): Authorised {
  switch (caller.kind) {
    case 'client': {
      const { key = 'key_0123456789ab', organisation, scopes } = caller;
      return { kind: 'client', key, organisation, scopes: scopes.join(' ') };
    }
    case 'person': {
      const { subject, email } = caller;
      return { kind: 'person', subject, ...(email === undefined ? {} : { email }) };
    }
    case 'refused':
      return { kind: 'refused' };
  }
}

/** What a Lambda is told about its invocation: as much as the chain reads of it. */
export function lambdaContext(milliseconds = 10_000): LambdaContext {
  const end = performance.now() + milliseconds;
  return {
    awsRequestId: 'invocation',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-2:123456789012:function:test',
    memoryLimitInMB: '1024',
    logGroupName: 'test',
    logStreamName: 'test',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
