import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { jsonSchema } from './json.ts';
import { openJournal } from './kept-file.ts';

/** A queue as the template declares it; times in milliseconds. */
export interface QueueSettings {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delay: number;
  readonly visibility: number;
  readonly retention: number;
  /** Bytes. */
  readonly largestMessage: number;
  /** Where messages go that were received more often than this. */
  readonly redrive: { readonly arn: string; readonly maximumReceives: number } | undefined;
}

const messageSchema = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), jsonSchema),
  sentAt: z.number(),
  receives: z.number(),
  firstReceivedAt: z.number().optional(),
});

/** A message as it was received: its receipt is good until the visibility timeout. */
export type Message = z.infer<typeof messageSchema> & { readonly receipt: string };

interface Held {
  message: Message;
  visibleAt: number;
}

/** A standard queue in memory, with its messages kept in a file between runs. */
export interface Queue {
  readonly settings: QueueSettings;
  /** Takes a message; `delay` in milliseconds instead of the queue's. Answers its id. */
  send(
    body: string,
    options?: { readonly delay?: number | undefined; readonly attributes?: Message['attributes'] },
  ): string;
  /** Receives up to `limit` visible messages, hidden for `visibility` milliseconds; redrives those received too often. */
  receive(limit: number, visibility?: number): Message[];
  /** Removes a message by its latest receipt; false when the receipt is an older one. */
  remove(receipt: string): boolean;
  /** Makes a message visible again after so many milliseconds. */
  changeVisibility(receipt: string, milliseconds: number): boolean;
  counts(): { readonly visible: number; readonly hidden: number; readonly delayed: number };
  /** Milliseconds until something hidden or delayed becomes visible; undefined when there is nothing. */
  nextVisibleIn(): number | undefined;
  /** Calls back whenever a message was sent. */
  onSent(callback: () => void): void;
}

/** The checksum that clients compare. */
export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Makes a queue; `redrive` takes the messages that were received too often. */
export function createQueue(
  settings: QueueSettings,
  edge: { readonly clock: Clock; readonly file: string | undefined; readonly redrive: (message: Message) => void },
): Queue {
  const journal = openJournal(edge.file);
  const held = new Map<string, Held>();
  const listeners: (() => void)[] = [];
  const now = () => edge.clock.now().getTime();

  for (const [id, value] of journal.entries) {
    const message = messageSchema.parse(value);
    held.set(id, { message: { ...message, receipt: '' }, visibleAt: 0 });
  }

  function keep(message: Message): void {
    const { id, body, attributes, sentAt, receives, firstReceivedAt } = message;
    journal.put(id, {
      id,
      body,
      attributes,
      sentAt,
      receives,
      ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }),
    });
  }

  function drop(id: string): void {
    held.delete(id);
    journal.remove(id);
  }

  function byReceipt(receipt: string): Held | undefined {
    const entry = held.get(receipt.split('#')[0] ?? '');
    return entry?.message.receipt === receipt ? entry : undefined;
  }

  /** Whether a visible message may be received, having gone to where it belongs when not. */
  function mayBeReceived({ message }: Held): boolean {
    if (message.sentAt + settings.retention < now()) {
      drop(message.id);
      return false;
    }
    if (settings.redrive !== undefined && message.receives >= settings.redrive.maximumReceives) {
      edge.redrive(message);
      drop(message.id);
      return false;
    }
    return true;
  }

  return {
    settings,
    send(body, { delay = settings.delay, attributes = {} } = {}) {
      const id = randomUUID();
      const message = { id, body, attributes, sentAt: now(), receives: 0, receipt: '' };
      held.set(id, { message, visibleAt: now() + delay });
      keep(message);
      for (const listener of listeners) listener();
      return id;
    },
    receive(limit, visibility = settings.visibility) {
      const received: Message[] = [];
      for (const entry of [...held.values()]) {
        if (received.length >= limit) break;
        if (entry.visibleAt > now() || !mayBeReceived(entry)) continue;
        const { message } = entry;
        const next = {
          ...message,
          receives: message.receives + 1,
          firstReceivedAt: message.firstReceivedAt ?? now(),
          receipt: `${message.id}#${randomUUID()}`,
        };
        entry.message = next;
        entry.visibleAt = now() + visibility;
        keep(next);
        received.push(next);
      }
      return received;
    },
    remove(receipt) {
      const entry = byReceipt(receipt);
      if (entry === undefined) return false;
      drop(entry.message.id);
      return true;
    },
    changeVisibility(receipt, milliseconds) {
      const entry = byReceipt(receipt);
      if (entry === undefined) return false;
      entry.visibleAt = now() + milliseconds;
      for (const listener of listeners) listener();
      return true;
    },
    counts() {
      const waiting = [...held.values()].filter(({ visibleAt }) => visibleAt > now());
      const delayed = waiting.filter(({ message }) => message.receives === 0).length;
      return { visible: held.size - waiting.length, hidden: waiting.length - delayed, delayed };
    },
    nextVisibleIn() {
      const times = [...held.values()].map(({ visibleAt }) => Math.max(0, visibleAt - now()));
      return times.length === 0 ? undefined : Math.min(...times);
    },
    onSent(callback) {
      listeners.push(callback);
    },
  };
}
