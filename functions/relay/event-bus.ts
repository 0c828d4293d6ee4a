import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Envelope } from '../../shared/events/envelope.ts';
import { eventSource } from '../../shared/events/event-source.ts';
import type { Bus } from '../../shared/events/publish-change.ts';

/** The most entries that one PutEvents takes (Amazon EventBridge quotas). */
const entriesAtOnce = 10;
/** How often entries that the bus did not take are sent again before the stream's own retry has its turn. */
const attempts = 3;

/** The installation's event bus. Each entry's own result is read: PutEvents answers 200 also when it took none. */
export function eventBus(client: EventBridgeClient, busName: string): Bus {
  return {
    async put(events) {
      for (let start = 0; start < events.length; start += entriesAtOnce) {
        const entries = events.slice(start, start + entriesAtOnce).map((event) => entryOf(event, busName));
        await putEntries(client, entries);
      }
    },
  };
}

function entryOf(event: Envelope, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: eventSource,
    DetailType: event.type,
    Time: new Date(event.at),
    Detail: JSON.stringify(event),
  };
}

/** Sends entries, and again those that were not taken; throws with their error codes when some are left. */
async function putEntries(client: EventBridgeClient, entries: readonly PutEventsRequestEntry[]): Promise<void> {
  let left = [...entries];
  let codes: string[] = [];
  for (let attempt = 0; attempt < attempts && left.length > 0; attempt += 1) {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: left }));
    codes = results.flatMap(({ ErrorCode: code }) => (code === undefined ? [] : [code]));
    left = left.filter((_, index) => results[index]?.EventId === undefined);
  }
  if (left.length > 0)
    throw new Error(`The bus did not take ${String(left.length)} events: ${[...new Set(codes)].join(', ')}`);
}
