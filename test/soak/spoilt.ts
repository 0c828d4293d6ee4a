import type { FeedWriter } from '../../shared/events/feeds.ts';
import type { Bus } from '../../shared/events/publish-change.ts';
import type { Table } from '../../shared/table/table.ts';
import type { ReadFeed } from './follow-feeds.ts';
import type { Relay } from './relay-lanes.ts';

/** What a control spoils, to see that the checker notices. */
export interface Spoilt {
  /** The table that decisions are made on. */
  readonly table?: (table: Table) => Table;
  /** The table that relays write to. */
  readonly relayTable?: (table: Table) => Table;
  readonly feeds?: (table: Table) => FeedWriter;
  /** How followers read. */
  readonly read?: (table: Table) => ReadFeed;
  readonly relay?: Relay;
  readonly bus?: (bus: Bus) => Bus;
  /** No repairing sweep ever runs. */
  readonly unrepaired?: boolean;
}
