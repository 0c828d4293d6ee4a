import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { isObject, type Json, jsonSchema, tryParseJson } from './json.ts';
import { ACCOUNT } from './place.ts';
import type { Match } from './routes.ts';

/** A request as it came in over HTTP. */
export interface Request {
  readonly method: string;
  /** Undecoded path and query, without the question mark. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly sourceIp: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly at: Date;
}

/** Content types whose bodies API Gateway passes on as text; all others it encodes (form posts among them). */
const textual = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i;

/** Reads what API Gateway passes on of a request's head: lower-case names, repeated ones joined, cookies apart. */
export function headOf(
  message: IncomingMessage,
): Pick<Request, 'method' | 'path' | 'query' | 'headers' | 'cookies' | 'sourceIp'> {
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct))
    if (name !== 'cookie' && values !== undefined) headers[name] = values.join(',');
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  headers['x-forwarded-for'] ??= sourceIp;
  headers['x-forwarded-proto'] ??= 'http';
  const cookies = (message.headers.cookie ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');
  return { method: message.method ?? 'GET', path, query: query.join('?'), headers, cookies, sourceIp };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as API Gateway writes it: `12/Mar/2026:19:03:58 +0000`. */
function clfTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()] ?? ''}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
}

/** What the Lambda and the authoriser are both told of a request (payload format 2.0, without its body). */
export function eventOf(request: Request, { route, pathParameters }: Match, apiId: string) {
  const host = request.headers['host'] ?? 'localhost';
  const parameters = queryParameters(request.query);
  // An HTTP API hands over the path decoded (REST APIs and function URLs do not).
  const rawPath = decodePath(request.path);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString: request.query,
    ...(request.cookies.length > 0 ? { cookies: request.cookies } : {}),
    headers: request.headers,
    ...(Object.keys(parameters).length > 0 ? { queryStringParameters: parameters } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId,
      domainName: host,
      domainPrefix: apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.key,
      stage: '$default',
      time: clfTime(request.at),
      timeEpoch: request.at.getTime(),
    },
  };
}

/** The event of a Lambda behind a route, with the authoriser's context and the body. */
export function lambdaEventOf(request: Request, match: Match, apiId: string, authorised: Json | undefined) {
  const event = eventOf(request, match, apiId);
  const asText = textual.test(request.headers['content-type'] ?? 'text/plain');
  return {
    ...event,
    requestContext: {
      ...event.requestContext,
      ...(authorised === undefined ? {} : { authorizer: { lambda: authorised } }),
    },
    ...(request.body.length > 0 ? { body: request.body.toString(asText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: request.body.length > 0 && !asText,
  };
}

/** An answer ready to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const responseSchema = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: jsonSchema.optional(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * What a Lambda's answer means over HTTP: with a statusCode it is taken apart, without one it is a 200 with the whole
 * as JSON. Undefined when API Gateway could not make sense of it (a 500 there).
 */
export function answerOf(payload: string): Answer | undefined {
  const value = tryParseJson(payload);
  if (!isObject(value) || value['statusCode'] === undefined)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof value === 'string' ? value : payload,
    };
  const parsed = responseSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = parsed.data;
  const answered: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, given] of Object.entries(headers ?? {})) answered[name.toLowerCase()] = String(given);
  for (const [name, given] of Object.entries(multiValueHeaders ?? {})) answered[name.toLowerCase()] = given.map(String);
  if (cookies !== undefined && cookies !== null && cookies.length > 0) answered['set-cookie'] = cookies;
  delete answered['content-length'];
  const text = body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return { status: statusCode, headers: answered, body: isBase64Encoded === true ? Buffer.from(text, 'base64') : text };
}
