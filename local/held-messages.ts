import { z } from 'zod';
import { jsonSchema } from './json.ts';
import { openJournal } from './kept-file.ts';

const messageSchema = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), jsonSchema),
  sentAt: z.number(),
  receives: z.number(),
  firstReceivedAt: z.number().optional(),
});
const keptSchema = messageSchema.extend({ notBefore: z.number().optional() });

/** A message as it was received: its receipt is good until the visibility timeout. */
export type Message = z.infer<typeof messageSchema> & { readonly receipt: string };

/** A message in a queue. */
export interface Held {
  readonly message: Message;
  readonly visibleAt: number;
}

/** The messages of a queue in the order they came, kept in a file between runs. */
export interface HeldMessages {
  readonly all: ReadonlyMap<string, Held>;
  /** Takes a message, or its new state. `waits`: it is to wait for its time in the next run, too. */
  keep(held: Held, waits: boolean): void;
  drop(id: string): void;
  /** The message that this receipt, its latest, is for. */
  byReceipt(receipt: string): Held | undefined;
}

/**
 * Opens the messages of a queue; without a file they are in memory only. What was being worked on when the last run
 * ended is visible at once, since whoever had received it is gone; what was told to wait still waits.
 */
export function openMessages(file: string | undefined): HeldMessages {
  const journal = openJournal(file);
  const all = new Map<string, Held>();
  for (const value of journal.entries.values()) {
    const { notBefore = 0, ...message } = keptSchema.parse(value);
    all.set(message.id, { message: { ...message, receipt: '' }, visibleAt: notBefore });
  }
  return {
    all,
    keep(held, waits) {
      const { id, body, attributes, sentAt, receives, firstReceivedAt } = held.message;
      all.set(id, held);
      journal.put(id, {
        id,
        body,
        attributes,
        sentAt,
        receives,
        ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }),
        ...(waits ? { notBefore: held.visibleAt } : {}),
      });
    },
    drop(id) {
      all.delete(id);
      journal.remove(id);
    },
    byReceipt(receipt) {
      const held = all.get(receipt.split('#')[0] ?? '');
      return held?.message.receipt === receipt ? held : undefined;
    },
  };
}
