import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import type { Key } from './keys.ts';

/** As many keys as DynamoDB takes at once. */
const mostAtOnce = 100;
const mostAttempts = 6;
const firstPauseMilliseconds = 25;

/**
 * Reads the items at the keys, however many, in no particular order, as they are at this moment or eventually consistent. What DynamoDB leaves for
 * later, for it has too much to do, is asked for again after growing pauses, for some 0.8 seconds (each hundred keys)
 * beside the reads themselves. Refusals: throws ProvisionedThroughputExceededException when something is left even then.
 */
export async function readMany(
  documents: DynamoDBDocumentClient,
  table: string,
  wanted: readonly Key[],
  isConsistent = false,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let start = 0; start < wanted.length; start += mostAtOnce) {
    let keys: Record<string, unknown>[] = wanted.slice(start, start + mostAtOnce).map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 0; keys.length > 0; attempt += 1) {
      if (attempt === mostAttempts) throw tooBusy(keys.length);
      if (attempt > 0) await pause(firstPauseMilliseconds * 2 ** (attempt - 1));
      const request = { RequestItems: { [table]: { Keys: keys, ConsistentRead: isConsistent } } };
      const answer = await documents.send(new BatchGetCommand(request));
      found.push(...(answer.Responses?.[table] ?? []));
      keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return found;
}

function tooBusy(left: number): Error {
  return new ProvisionedThroughputExceededException({
    message: `${String(left)} of the keys of a batch were left unprocessed`,
    $metadata: {},
  });
}
