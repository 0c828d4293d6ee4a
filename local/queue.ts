import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { type Held, type Message, openMessages } from './held-messages.ts';

/** A queue as the template declares it; times in milliseconds. */
export interface QueueSettings {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delay: number;
  readonly visibility: number;
  readonly retention: number;
  /** How long a receiver waits for a message when it does not say. */
  readonly wait: number;
  /** Bytes. */
  readonly largestMessage: number;
  /** Where messages go that were received more often than this. */
  readonly redrive: { readonly arn: string; readonly maximumReceives: number } | undefined;
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
  /** Makes a message visible again after so many milliseconds; false when the receipt is an older one. */
  changeVisibility(receipt: string, milliseconds: number): boolean;
  counts(): { readonly visible: number; readonly hidden: number; readonly delayed: number };
  /** Milliseconds until something hidden or delayed becomes visible; undefined when there is nothing. */
  nextVisibleIn(): number | undefined;
  /** Calls back whenever a message was sent, or is to become visible at another time. */
  onSent(callback: () => void): void;
}

/** The checksum that clients compare. */
export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Makes a queue; `redrive` takes the messages that were received too often. */
export function createQueue(
  settings: QueueSettings,
  edge: { readonly clock: Clock; readonly file: string | undefined; readonly redrive: (message: Message) => void },
): Queue {
  const messages = openMessages(edge.file);
  const listeners: (() => void)[] = [];
  const now = () => edge.clock.now().getTime();
  const tell = () => listeners.forEach((listener) => listener());

  /** Whether a visible message may be received, having gone to where it belongs when not. */
  function mayBeReceived({ message }: Held): boolean {
    const { sentAt, receives, id } = message;
    const expired = sentAt + settings.retention < now();
    const spent = settings.redrive !== undefined && receives >= settings.redrive.maximumReceives;
    if (!expired && !spent) return true;
    if (!expired) edge.redrive(message);
    messages.drop(id);
    return false;
  }

  function receiveOne({ message }: Held, visibility: number): Message {
    const received = {
      ...message,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now(),
      receipt: `${message.id}#${randomUUID()}`,
    };
    messages.keep({ message: received, visibleAt: now() + visibility }, false);
    return received;
  }

  return {
    settings,
    send(body, { delay = settings.delay, attributes = {} } = {}) {
      const message = { id: randomUUID(), body, attributes, sentAt: now(), receives: 0, receipt: '' };
      messages.keep({ message, visibleAt: now() + delay }, delay > 0);
      tell();
      return message.id;
    },
    receive(limit, visibility = settings.visibility) {
      const received: Message[] = [];
      for (const held of messages.all.values()) {
        if (received.length >= limit) break;
        if (held.visibleAt <= now() && mayBeReceived(held)) received.push(receiveOne(held, visibility));
      }
      return received;
    },
    remove(receipt) {
      const held = messages.byReceipt(receipt);
      if (held === undefined) return false;
      messages.drop(held.message.id);
      return true;
    },
    changeVisibility(receipt, milliseconds) {
      const held = messages.byReceipt(receipt);
      if (held === undefined) return false;
      messages.keep({ message: held.message, visibleAt: now() + milliseconds }, milliseconds > 0);
      tell();
      return true;
    },
    counts() {
      const waiting = [...messages.all.values()].filter(({ visibleAt }) => visibleAt > now());
      const delayed = waiting.filter(({ message }) => message.receives === 0).length;
      return { visible: messages.all.size - waiting.length, hidden: waiting.length - delayed, delayed };
    },
    nextVisibleIn() {
      let first: number | undefined;
      for (const { visibleAt } of messages.all.values()) first = Math.min(first ?? visibleAt, visibleAt);
      return first === undefined ? undefined : Math.max(0, first - now());
    },
    onSent(callback) {
      listeners.push(callback);
    },
  };
}
