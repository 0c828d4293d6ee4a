import {
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** How often an attempt meets a fault, 0 to 1. */
export interface FaultRates {
  /** Turned away before it was carried out; the SDK tries again. */
  readonly throttled: number;
  /** Carried out, but the answer never came; the SDK sends the same again. */
  readonly lost: number;
  /** Writes only: another transaction held the item. The SDK does not try again, so the caller must. */
  readonly conflicts: number;
}

export type FaultCounts = { -readonly [Fault in keyof FaultRates]: number };

const writes = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'TransactWriteItemsCommand']);
const injected = new WeakSet<Error>();

/** Whether an error is one that `injectFaults` made: a caller whose retries were all in vain sees it. */
export function isInjected(error: unknown): boolean {
  return error instanceof Error && injected.has(error);
}

/**
 * Puts faults between the SDK's retries and the database, attempt by attempt, with probabilities drawn from `numbers`
 * (0 up to but not 1). Returns the counts of what was injected, which go on counting.
 */
export function injectFaults(client: DynamoDBClient, rates: FaultRates, numbers: () => number): FaultCounts {
  const counts: FaultCounts = { throttled: 0, lost: 0, conflicts: 0 };
  const raise = (kind: keyof FaultCounts, error: Error): Error => {
    counts[kind] += 1;
    injected.add(error);
    return error;
  };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (attempt) => {
        const drawn = numbers();
        if (drawn < rates.throttled) throw raise('throttled', throttle(drawn < rates.throttled / 2));
        if (writes.has(commandName) && numbers() < rates.conflicts) throw raise('conflicts', conflict(commandName));
        const answer = await next(attempt);
        if (numbers() < rates.lost) throw raise('lost', lostAnswer());
        return answer;
      },
    // Inside the retries, around the reading of the answer: an answer that is lost here was written there.
    { step: 'deserialize', priority: 'high', name: 'faults' },
  );
  return counts;
}

function throttle(ofTable: boolean): Error {
  const facts = { message: 'Injected: too many requests', $metadata: {} };
  return ofTable ? new ProvisionedThroughputExceededException(facts) : new ThrottlingException(facts);
}

function conflict(commandName: string): Error {
  const facts = { message: 'Injected: another transaction', $metadata: {} };
  return commandName === 'TransactWriteItemsCommand'
    ? new TransactionCanceledException({ ...facts, CancellationReasons: [{ Code: 'TransactionConflict' }] })
    : new TransactionConflictException(facts);
}

function lostAnswer(): Error {
  return Object.assign(new Error('Injected: the connection was reset'), { name: 'TimeoutError', code: 'ECONNRESET' });
}
