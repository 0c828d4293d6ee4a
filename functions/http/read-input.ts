import { refusal, type AppError } from '../../shared/errors.ts';
import type { ApiEvent } from './api-event.ts';
import type { Route } from './route.ts';

type Taken = Route['takes'];

/** What a body is unless its route says otherwise, its bound in bytes: API Gateway itself would let ten megabytes through. */
const usual = { mediaType: 'application/json', mostBytes: 65_536 } as const;
/** The most that a query may have, in characters, as it was sent. */
const mostQueryCharacters = 4096;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a request gives, as one flat object: its path parameters, its query and its body, which is a JSON object unless the
 * route takes a file: then it is that field. Nothing in it is parsed beyond that: the operation does so. Keys such as
 * `__proto__` stay plain keys, and are unknown fields there.
 *
 * Refusals: `request.malformed` for a body that is not a JSON object in whole UTF-8, or not called what the route takes, or
 * sent with a GET; `request.too-large` above 64 KB, or the bound that the route sets; `request.invalid` for a field that is
 * given twice, in one place or in two.
 */
export function readInput(event: ApiEvent, takes?: Taken): Fields {
  const path = event.pathParameters ?? {};
  const body = readBody(event, takes);
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

function readBody(event: ApiEvent, takes: NonNullable<Taken> = usual): Fields {
  const { body, headers, isBase64Encoded } = event;
  if (body === undefined || body === '') return {};
  if (event.requestContext.http.method === 'GET') throw refusal('request.malformed', 'A GET has no body');
  const { mostBytes } = takes;
  // Four characters of base64 are three bytes: what is longer than this cannot be small enough.
  if (body.length > mostBytes * 1.4) throw tooLarge(mostBytes);
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== takes.mediaType) throw wrongType(takes);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > mostBytes) throw tooLarge(mostBytes);
  // What is not UTF-8 becomes U+FFFD, here as in API Gateway before us: who reads the file tells in which line.
  if (takes.mediaType !== 'application/json') return { [takes.field]: bytes.toString('utf8') };
  return parseObject(isBase64Encoded ? decoded(bytes) : body);
}

function wrongType({ mediaType }: NonNullable<Taken>): AppError {
  const wanted = mediaType === 'application/json' ? 'JSON, and its Content-Type application/json' : mediaType;
  return refusal('request.malformed', `The body must be ${wanted}`);
}

function tooLarge(mostBytes: number): AppError {
  return refusal('request.too-large', `A body may have at most ${String(mostBytes)} bytes`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
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
