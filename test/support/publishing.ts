import type { Clock } from '../../shared/clock.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { openFeeds } from '../../shared/events/feeds.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import type { Table } from '../../shared/table/table.ts';

/** A publisher whose bus keeps what was put on it. */
export interface RecordingPublisher extends Publisher {
  readonly told: Envelope[];
  /** What was told since the last time. */
  take(): Envelope[];
}

/** A publisher on this table, with a memory of feeds of its own, as a relay Lambda that has just begun. */
export function recordingPublisher(table: Table, clock: Clock): RecordingPublisher {
  const told: Envelope[] = [];
  return {
    table,
    clock,
    feeds: openFeeds(table),
    bus: {
      put: async (events) => {
        told.push(...events);
        await Promise.resolve();
      },
    },
    told,
    take: () => told.splice(0),
  };
}
