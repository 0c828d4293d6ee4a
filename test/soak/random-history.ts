import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { AppError } from '../../shared/errors.ts';
import { feedOfAll, openFeeds, readFeed, type FeedWriter } from '../../shared/events/feeds.ts';
import type { Bus } from '../../shared/events/publish-change.ts';
import { openTable, type Table } from '../../shared/table/table.ts';
import { movableClock, seededNumbers, type MovableClock } from '../support/context.ts';
import { injectFaults, isInjected, type FaultRates } from '../support/faults.ts';
import { createTestTable, databaseClient, openFreshDatabase, type TestTable } from '../support/table.ts';
import { relayRecords } from '../../functions/relay/relay-records.ts';
import { checkHistory, type HistoryChecker } from './check-history.ts';
import { failingBus } from './failing-bus.ts';
import { followFeeds, type ReadFeed } from './follow-feeds.ts';
import { givenWorld, tickingClock, type World } from './given-world.ts';
import { holdDuplicates } from './late-duplicates.ts';
import { mortalPublisher } from './mortal-publisher.ts';
import { randomRequests, type Mixture } from './random-requests.ts';
import { readChanges } from './read-changes.ts';
import { startLanes, type Relay } from './relay-lanes.ts';
import { repairUntilDone } from './repair-until-done.ts';
import { requestSender } from './send-requests.ts';
import { noteViolations, type Violations } from './violations.ts';

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
}

export interface HistoryOptions {
  readonly seed: number;
  /** How many requests are sent; those that the sweeper makes by itself come on top. */
  readonly decisions: number;
  readonly inFlight?: number;
  readonly cohorts?: number;
  readonly mixture?: Mixture;
  readonly rates?: Partial<Rates>;
  readonly spoilt?: Spoilt;
  readonly progress?: (decisions: number) => void;
}

/** The chances, 0 to 1, with which things go wrong. */
export interface Rates extends FaultRates {
  /** That a write arrives once more, much later. */
  readonly late: number;
  /** That a relay dies, at each thing it does. */
  readonly deaths: number;
  /** That the bus takes only a part. */
  readonly bus: number;
  /** That a stream record never reaches a relay, so that what it says must be told anew. */
  readonly lostRecords: number;
  /** That the clock goes on by more than a day at a sweep, so that tombstones go. */
  readonly days: number;
}

const usualRates: Rates = {
  throttled: 0.003,
  lost: 0.03,
  conflicts: 0.003,
  late: 0.03,
  deaths: 0.003,
  bus: 0.01,
  lostRecords: 0,
  days: 0.06,
};
const decisionsBetweenSweeps = 50;

/** What came of a history: what was looked at, what went wrong on purpose, and what was wrong. */
export type HistoryResult = Awaited<ReturnType<typeof runHistory>>;

/** Plays a random history on a table of its own and checks it. */
export async function runHistory(options: HistoryOptions) {
  const rates = { ...usualRates, ...options.rates };
  const draws = (use: number) => seededNumbers(Math.imul(options.seed, 0x9e3779b1) + use);
  const violations = noteViolations();
  const clock = tickingClock(movableClock());
  openFreshDatabase();
  const place = await createTestTable();
  const hidden = rates.lostRecords === 0;
  const world = await givenWorld(place.table, clock, draws(0), { cohorts: options.cohorts ?? 18, hidden });
  const checker = checkHistory(world.facts, violations);
  const deciding = faultyTable(place, rates, draws(1), clock);
  const relaying = faultyTable(place, rates, draws(2), clock);
  const relays = startRelays({ options, rates, place, world, clock, checker, violations, relaying, numbers: draws(3) });
  const losing = draws(4);
  const reading = await readChanges(place, checker, relays.lanes, () => losing() < rates.lostRecords, relays.onFault);

  const table = (options.spoilt?.table ?? same)(deciding.table);
  const made = await decideAll({ options, rates, table, clock, world, draws, checker, violations });

  await deciding.late.arriveAll();
  await reading.finish();
  await relays.lanes.finish();
  if (rates.lostRecords > 0) {
    checker.restate();
    await repairUntilDone(relays.startRelay, clock, relays.onFault);
  }
  await relaying.late.arriveAll();
  await relays.followers.finish();
  const looked = await checker.finish(place.table);
  for (const { client } of [deciding, relaying]) client.destroy();
  await place.remove();
  const faults = {
    deciding: { ...deciding.counts, late: deciding.late.counts },
    relaying: { ...relaying.counts, late: relaying.late.counts },
    bus: relays.busCounts.failed,
    relays: relays.lanes.counts,
  };
  return { decisions: options.decisions + made.acted, ...looked, replies: made.replies, faults, violations };
}

const same = <T>(one: T): T => one;

function faultyTable(place: TestTable, rates: Rates, numbers: () => number, clock: MovableClock) {
  const client = databaseClient();
  const late = holdDuplicates(client, rates.late, numbers, clock);
  const counts = injectFaults(client, rates, numbers);
  return { client, table: openTable(client, place.name), counts, late };
}

/** Notes as a violation what was not injected. */
function faultNote(violations: Violations, where: string) {
  return (error: unknown): void => {
    if (isInjected(error)) return;
    violations.add('fault', where, error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
}

interface Relaying {
  readonly options: HistoryOptions;
  readonly rates: Rates;
  readonly place: TestTable;
  readonly world: World;
  readonly clock: MovableClock;
  readonly checker: HistoryChecker;
  readonly violations: Violations;
  readonly relaying: ReturnType<typeof faultyTable>;
  readonly numbers: () => number;
}

/** The relays in their lanes, and those who follow the feeds. */
function startRelays({ options, rates, place, world, clock, checker, violations, relaying, numbers }: Relaying) {
  const { spoilt = {} } = options;
  const { bus, counts: busCounts } = failingBus((events) => checker.bus(events), rates.bus, numbers);
  const table = (spoilt.relayTable ?? same)(relaying.table);
  const openPublisherFeeds = spoilt.feeds ?? openFeeds;
  const publisher = { table, feeds: openPublisherFeeds(table), bus: (spoilt.bus ?? same)(bus), clock };
  const startRelay = () => mortalPublisher(publisher, openPublisherFeeds, rates.deaths, numbers);
  const onFault = faultNote(violations, 'relay');
  const read = spoilt.read?.(place.table) ?? (async (...wanted) => await readFeed(place.table, ...wanted, clock.now()));
  return {
    startRelay,
    onFault,
    busCounts,
    lanes: startLanes(startRelay, spoilt.relay ?? relayRecords, numbers, onFault),
    followers: followFeeds(
      [feedOfAll, ...world.organisations],
      read,
      (feed, entries) => checker.follow(feed, entries),
      faultNote(violations, 'follower'),
    ),
  };
}

interface Deciding {
  readonly options: HistoryOptions;
  readonly rates: Rates;
  readonly table: Table;
  readonly clock: MovableClock;
  readonly world: World;
  readonly draws: (use: number) => () => number;
  readonly checker: HistoryChecker;
  readonly violations: Violations;
}

/** Sends random requests, so many at once, with the sweeper beside them and the clock going on. */
async function decideAll({ options, rates, table, clock, world, draws, checker, violations }: Deciding) {
  const requests = randomRequests(world, clock, draws(5), options.mixture);
  const { send, replies } = requestSender({ table, clock }, checker, requests, faultNote(violations, 'decision'));
  const numbers = draws(6);
  let [started, acted] = [0, 0];

  async function sweep(): Promise<void> {
    const minutes = numbers() < rates.days ? 25 * 60 : 1 + Math.floor(numbers() * 60);
    clock.moveBy(minutes * 60_000);
    const swept = await actOnDeadlines(table, clock, clock.now()).catch((error: unknown) => ({
      acted: 0,
      failures: [{ error }],
    }));
    acted += swept.acted;
    for (const { error } of swept.failures) if (!isOvertaken(error)) faultNote(violations, 'sweeper')(error);
  }

  let sweeping = Promise.resolve();
  async function work(): Promise<void> {
    while (started < options.decisions) {
      started += 1;
      if (started % decisionsBetweenSweeps === 0) {
        options.progress?.(started);
        sweeping = sweeping.then(sweep);
      }
      await send(requests.next());
    }
  }
  await Promise.all(Array.from({ length: options.inFlight ?? 32 }, work));
  await sweeping;
  return { acted, replies };
}

/** Whether the sweeper only came second to another change: it comes again. */
function isOvertaken(error: unknown): boolean {
  return error instanceof AppError
    ? error.code === 'request.busy'
    : String(error).includes('Another change came first');
}
