import type { AnyOperation } from '../../shared/operation.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A file that a request brings as its body, instead of JSON: it becomes one field of the operation's input, as text. */
export interface TakenFile {
  readonly mediaType: 'text/csv';
  readonly field: string;
  /** The most that it may have, in bytes of UTF-8. */
  readonly mostBytes: number;
}

/** JSON of which a request may bring more than others do. */
interface TakenJson {
  readonly mediaType: 'application/json';
  /** The most that it may have, in bytes of UTF-8. */
  readonly mostBytes: number;
}

/** Where a route speaks something else than JSON of the usual size, in one direction or in both. */
export interface Media {
  /** With a file, the rest of the input stands in the path and the query. */
  readonly takes?: TakenFile | TakenJson;
  /** What the operation answers is then a file (shared/answered-file.ts). Problems stay JSON. */
  readonly answers?: 'text/csv' | 'text/calendar' | 'text/html';
}

/** How an operation is reached over HTTP, and the status of its success. */
export interface Route extends Media {
  readonly method: Method;
  /** With its parameters in braces, named as in the operation's input. */
  readonly path: `/v1/${string}`;
  readonly operation: AnyOperation;
  readonly status: 200 | 201;
}

/** One line of a noun's list of routes; JSON, at most 64 KB of it, goes in and JSON comes out unless `media` says otherwise. */
export function route(
  method: Method,
  path: `/v1/${string}`,
  operation: AnyOperation,
  status: Route['status'] = 200,
  media: Media = {},
): Route {
  return { method, path, operation, status, ...media };
}

/** What API Gateway calls a route: `POST /v1/cohorts/{cohort}/claims`. */
export function routeKeyOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** The names of a path's parameters, in order. */
export function pathParametersOf(path: string): string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name ?? '');
}
