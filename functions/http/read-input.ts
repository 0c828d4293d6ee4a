import { refusal, type AppError } from '../../shared/errors.ts';
import type { ApiEvent } from './api-event.ts';

/** The most that a body may have, in bytes. API Gateway itself would let ten megabytes through. */
const mostBodyBytes = 65_536;
/** The most that a query may have, in characters, as it was sent. */
const mostQueryCharacters = 4096;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a request gives, as one flat object: its path parameters, its query and its body. Nothing in it is parsed beyond
 * that: the operation does so. Keys such as `__proto__` stay plain keys, and are unknown fields there.
 *
 * Refusals: `request.malformed` for a body that is not a JSON object in whole UTF-8, not called one, or sent with a GET;
 * `request.too-large` above 64 KB; `request.invalid` for a field that is given twice, in one place or in two.
 */
export function readInput(event: ApiEvent): Fields {
  const path = event.pathParameters ?? {};
  const body = readBody(event);
  if (event.rawQueryString === '') return merged(path, body);
  return merged(merged(path, readQuery(event.rawQueryString)), body);
}

function merged(some: Fields, others: Fields): Fields {
  const twice = Object.keys(others).filter((name) => Object.hasOwn(some, name));
  if (twice.length > 0) throw givenTwice(twice);
  return { ...some, ...others };
}

function givenTwice(names: readonly string[]): AppError {
  const fields = names.slice(0, 20).map((field) => ({ field, message: 'This is given twice' }));
  return refusal('request.invalid', undefined, { fields });
}

/** The query as it was sent, since API Gateway joins what is repeated with a comma and so hides it. */
function readQuery(query: string): Fields {
  if (query.length > mostQueryCharacters) throw refusal('request.too-large');
  const pairs = [...new URLSearchParams(query)];
  const names = pairs.map(([name]) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  if (twice.size > 0) throw givenTwice([...twice]);
  return Object.fromEntries(pairs);
}

function readBody(event: ApiEvent): Fields {
  const { body } = event;
  if (body === undefined || body === '') return {};
  if (event.requestContext.http.method === 'GET') throw refusal('request.malformed', 'A GET has no body');
  // Four characters of base64 are three bytes: what is longer than this cannot be small enough.
  if (body.length > mostBodyBytes * 1.4) throw tooLarge();
  const [mediaType = ''] = (event.headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw refusal('request.malformed', 'The body must be JSON, and its Content-Type application/json');
  }
  const text = event.isBase64Encoded ? decoded(body) : body;
  if (Buffer.byteLength(text) > mostBodyBytes) throw tooLarge();
  return parseObject(text);
}

function tooLarge(): AppError {
  return refusal('request.too-large', `A body may have at most ${String(mostBodyBytes)} bytes`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(body: string): string {
  try {
    return utf8.decode(Buffer.from(body, 'base64'));
  } catch {
    throw refusal('request.malformed', 'The body is not UTF-8');
  }
}

function parseObject(text: string): Fields {
  const parsed = parse(text);
  if (!isObject(parsed)) throw refusal('request.malformed', 'The body must be a JSON object');
  return parsed;
}

function parse(text: string): unknown {
  if (!isUnicode(text)) throw refusal('request.malformed', 'The body has half a character in it');
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('request.malformed', 'The body is not JSON');
  }
}

/**
 * Whether a JSON text, with its escapes read, is made of whole characters. JSON may hold one half of a surrogate pair as
 * `\ud800`; no UTF-8 can, so it would be kept as something else than what was answered.
 */
function isUnicode(text: string): boolean {
  const read = text.replaceAll(/\\(?:u([0-9a-f]{4})|.)/gis, (_escape, code: string | undefined) =>
    code === undefined ? ' ' : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return read.isWellFormed();
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
