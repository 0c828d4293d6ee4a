import type { RequestFacts } from '../../shared/context.ts';
import { refusal, type AppError } from '../../shared/errors.ts';
import type { OperationKind } from '../../shared/operation.ts';
import type { ApiEvent } from './api-event.ts';

/** One to 64 characters that can be seen. */
const idempotencyKeyPattern = /^[\x21-\x7e]{1,64}$/;
/** A version as an entity tag, with or without its quotation marks; a weak one or `*` says too little. */
const versionPattern = /^(?:"([0-9]{1,10})"|([0-9]{1,10}))$/;

/**
 * What a request says in the headers that its operation's kind reads: the Idempotency-Key of what creates or acts, the
 * version seen (If-Match) of what changes. Others are not looked at. What is missing the operation itself refuses.
 * Refusals: `request.invalid` for one that is not as it should be.
 */
export function readFacts(kind: OperationKind, headers: ApiEvent['headers']): RequestFacts {
  switch (kind) {
    case 'create':
    case 'act':
      return readIdempotencyKey(headers['idempotency-key']);
    case 'change':
      return readExpectedVersion(headers['if-match']);
    case 'read':
      return {};
  }
}

function readIdempotencyKey(given: string | undefined): RequestFacts {
  if (given === undefined) return {};
  if (idempotencyKeyPattern.test(given)) return { idempotencyKey: given };
  throw wrongHeader('Idempotency-Key', 'This must be 1 to 64 printable characters without spaces');
}

function readExpectedVersion(given: string | undefined): RequestFacts {
  if (given === undefined) return {};
  const [, quoted, plain] = versionPattern.exec(given) ?? [];
  const version = quoted ?? plain;
  if (version !== undefined) return { expectedVersion: Number(version) };
  throw wrongHeader('If-Match', 'This must be the version that you have seen, such as "7"');
}

function wrongHeader(field: string, message: string): AppError {
  return refusal('request.invalid', undefined, { fields: [{ field, message }] });
}
