import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** What DynamoDB answers when it has too much to do, or when two transactions met; the same request later goes through. */
const busyNames: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);
const busyReasons: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * Whether the table was too busy for a request, after the client's own retries. Then it is asked to come again; any other
 * fault of the table is one of ours. (A refused condition never comes here: shared/table answers it.)
 */
export function isBusyTable(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    return error.CancellationReasons?.some(({ Code: code }) => code !== undefined && busyReasons.has(code)) ?? false;
  }
  return error instanceof DynamoDBServiceException && busyNames.has(error.name);
}
