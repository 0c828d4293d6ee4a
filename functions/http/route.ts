import type { AnyOperation } from '../../shared/operation.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation is reached over HTTP, and the status of its success. */
export interface Route {
  readonly method: Method;
  /** With its parameters in braces, named as in the operation's input. */
  readonly path: `/v1/${string}`;
  readonly operation: AnyOperation;
  readonly status: 200 | 201;
}

/** One line of a noun's list of routes. */
export function route(
  method: Method,
  path: `/v1/${string}`,
  operation: AnyOperation,
  status: Route['status'] = 200,
): Route {
  return { method, path, operation, status };
}

/** What API Gateway calls a route: `POST /v1/cohorts/{cohort}/claims`. */
export function routeKeyOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** The names of a path's parameters, in order. */
export function pathParametersOf(path: string): string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name ?? '');
}
