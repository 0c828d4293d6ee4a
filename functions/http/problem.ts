import { AppError, refusal, refusals, type ErrorKind, type FieldError, type RefusalCode } from '../../shared/errors.ts';
import { isBusyTable } from '../../shared/table/busy-table.ts';

/** How many seconds a caller is asked to wait before it tries again. */
const retryAfterSeconds = 1;

/** An RFC 9457 problem document. `code` is the stable name of the problem; texts are for people and may change. */
export interface Problem {
  readonly type: `urn:cohortium:problem:${RefusalCode}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: RefusalCode;
  /** The request, as the logs know it. */
  readonly instance: `urn:cohortium:request:${string}`;
  readonly fields?: readonly FieldError[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The HTTP status of each kind of refusal. */
export function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'invalid':
      return 400;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not-found':
      return 404;
    case 'conflict':
      return 409;
    case 'stale':
      return 412;
    case 'too-large':
      return 413;
    case 'mismatch':
      return 422;
    case 'unavailable':
      return 503;
  }
}

/** The refusal that an error is; undefined for a fault of ours, of which a caller learns nothing. */
export function refusalOf(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return isBusyTable(error) ? refusal('request.busy') : undefined;
}

/** The problem document for an error: what it says of itself when it is a refusal, and otherwise `request.failed`, 500. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = refusalOf(error);
  const { code, kind, message, details } = known ?? refusal('request.failed');
  return {
    type: `urn:cohortium:problem:${code}`,
    title: refusals[code].title,
    status: known === undefined ? 500 : statusOf(kind),
    detail: message,
    code,
    instance: `urn:cohortium:request:${requestId}`,
    ...details,
  };
}

/** The headers that belong to a problem, beside those of every answer. */
export function problemHeaders({ status }: Problem): Readonly<Record<string, string>> {
  const type = { 'content-type': 'application/problem+json' };
  if (status === 401) return { ...type, 'www-authenticate': 'Bearer' };
  return status === 503 ? { ...type, 'retry-after': String(retryAfterSeconds) } : type;
}
