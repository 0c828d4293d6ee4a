import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';

const answerSchema = z.object({
  Responses: z.record(z.string(), z.array(z.looseObject({ pk: z.unknown(), sk: z.unknown() }))),
});

/**
 * Lets each of the next `times` reads of many keys answer one item and leave the keys of the others unprocessed, as a
 * table does that has too much to do. Returns the number of such reads, which goes on counting.
 */
export function leaveUnprocessed(client: DynamoDBClient, times: number): { reads: number } {
  const counted = { reads: 0 };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (attempt) => {
        const answer = await next(attempt);
        const { output } = answer;
        if (commandName !== 'BatchGetItemCommand' || output === undefined) return answer;
        counted.reads += 1;
        if (counted.reads > times) return answer;
        const answered = Object.entries(answerSchema.parse(output).Responses);
        Object.assign(output, {
          Responses: Object.fromEntries(answered.map(([table, items]) => [table, items.slice(0, 1)])),
          UnprocessedKeys: Object.fromEntries(
            answered.map(([table, items]) => [table, { Keys: items.slice(1).map(({ pk, sk }) => ({ pk, sk })) }]),
          ),
        });
        return answer;
      },
    { step: 'deserialize', priority: 'high', name: 'unprocessed-keys' },
  );
  return counted;
}
