import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';

/** How many requests are held back at most; the oldest arrive first when there are more. */
const mostHeld = 200;
/** The chance, at each request, that one which is held back arrives. */
const arrivals = 0.03;
/** A duplicate of a claim arrives within this many milliseconds: a day later its key may be gone. */
const latestClaim = 20 * 3_600_000;

const writes = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand']);
const changeSchema = z.object({
  ExpressionAttributeValues: z.object({ ':change': z.object({ M: z.object({ type: z.object({ S: z.string() }) }) }) }),
});

interface Held {
  readonly since: number;
  readonly change: string;
  send(): Promise<unknown>;
}

export interface LateDuplicates {
  /** How many have arrived, by the type of the change; those that change no aggregate are `other`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Lets everything arrive that is still held back. */
  arriveAll(): Promise<void>;
}

/**
 * Some of a client's writes arrive at the database once more: an attempt that the network held back while the SDK's next
 * one got through, and that arrives much later, when the caller has long been answered and others have changed the item.
 * Nobody hears what became of it.
 */
export function holdDuplicates(
  client: DynamoDBClient,
  chance: number,
  numbers: () => number,
  clock: Clock,
): LateDuplicates {
  const held: Held[] = [];
  const arriving = new Set<Promise<void>>();
  const counts: Record<string, number> = {};

  function arrive(late: Held): void {
    if (late.change === 'claimed' && clock.now().getTime() - late.since > latestClaim) return;
    counts[late.change] = (counts[late.change] ?? 0) + 1;
    const sent: Promise<void> = late
      .send()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => arriving.delete(sent));
    arriving.add(sent);
  }

  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (attempt) => {
        if (writes.has(commandName) && numbers() < chance) {
          const change = changeSchema.safeParse(attempt.input).data?.ExpressionAttributeValues[':change'].M.type.S;
          const send = async () => await next(attempt);
          held.push({ since: clock.now().getTime(), change: change ?? 'other', send });
        }
        const due = held.length > mostHeld ? 0 : Math.floor(numbers() * held.length);
        const late = held.length > mostHeld || numbers() < arrivals ? held.splice(due, 1)[0] : undefined;
        if (late !== undefined) arrive(late);
        return await next(attempt);
      },
    // Inside the retries and the faults: what arrives late was sent, whatever its sender heard of it.
    { step: 'deserialize', priority: 'high', name: 'late-duplicates' },
  );
  return {
    counts,
    async arriveAll() {
      for (const late of held.splice(0)) arrive(late);
      await Promise.all(arriving);
    },
  };
}
