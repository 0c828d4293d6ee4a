import { relayRecords } from '../../functions/relay/relay-records.ts';
import { openFeeds, readFeed } from '../../shared/events/feeds.ts';
import type { Table } from '../../shared/table/table.ts';
import type { MovableClock } from '../support/context.ts';
import { isInjected } from '../support/faults.ts';
import type { HistoryChecker } from './check-history.ts';
import { BusFailed, failingBus } from './failing-bus.ts';
import { followFeeds, type Followers } from './follow-feeds.ts';
import { Killed, mortalPublisher, type MortalPublisher } from './mortal-publisher.ts';
import type { Rates } from './rates.ts';
import { startLanes, type Lanes } from './relay-lanes.ts';
import type { Spoilt } from './spoilt.ts';

export interface RelayingOptions {
  /** The table as relays reach it, and as it is. */
  readonly relayTable: Table;
  readonly table: Table;
  readonly clock: MovableClock;
  /** The feeds that somebody follows. */
  readonly followed: readonly string[];
  readonly rates: Rates;
  readonly numbers: () => number;
  readonly spoilt: Spoilt;
  readonly followersRest: number;
  /** Takes note of what was not injected. */
  readonly onFault: (where: string, error: unknown) => void;
}

export interface Relays {
  readonly lanes: Lanes;
  readonly followers: Followers;
  readonly busCounts: { readonly failed: number };
  readonly startRelay: () => MortalPublisher;
  readonly onFault: (error: unknown) => void;
}

/** Starts the relays in their lanes, and those who follow the feeds. */
export function startRelays(checker: HistoryChecker, options: RelayingOptions): Relays {
  const { table, clock, rates, numbers, spoilt } = options;
  const { bus, counts: busCounts } = failingBus((events) => checker.bus(events), rates.bus, numbers);
  const relayTable = spoilt.relayTable?.(options.relayTable) ?? options.relayTable;
  const feedsOf = spoilt.feeds ?? openFeeds;
  const publisher = { table: relayTable, feeds: feedsOf(relayTable), bus: spoilt.bus?.(bus) ?? bus, clock };
  const startRelay = () => mortalPublisher(publisher, feedsOf, rates.deaths, numbers);
  const onFault = (error: unknown) => {
    const expected = error instanceof Killed || error instanceof BusFailed || isInjected(error);
    if (!expected) options.onFault('relay', error);
  };
  return {
    startRelay,
    onFault,
    busCounts,
    lanes: startLanes({ startRelay, relayBatch: spoilt.relay ?? relayRecords, rates, numbers, onFault }),
    followers: followFeeds(options.followed, {
      read: spoilt.read?.(table) ?? (async (...wanted) => await readFeed(table, ...wanted, clock.now())),
      seen: (feed, entries) => {
        checker.follow(feed, entries);
      },
      onFault: (error) => {
        options.onFault('follower', error);
      },
      restMilliseconds: options.followersRest,
    }),
  };
}
