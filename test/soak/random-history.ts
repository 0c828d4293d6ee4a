import { feedOfAll } from '../../shared/events/feeds.ts';
import { openTable } from '../../shared/table/table.ts';
import { movableClock, seededNumbers, type MovableClock } from '../support/context.ts';
import { injectFaults, isInjected } from '../support/faults.ts';
import { createTestTable, databaseClient, type TestTable } from '../support/table.ts';
import { checkHistory } from './check-history.ts';
import { decideAll } from './decide-all.ts';
import { givenPeople } from './given-people.ts';
import { givenWorld, tickingClock, type CohortKind } from './given-world.ts';
import { holdDuplicates } from './late-duplicates.ts';
import { randomRequests, type Mixture } from './random-requests.ts';
import { usualRates, type Rates } from './rates.ts';
import { readChanges } from './read-changes.ts';
import { repairUntilDone } from './repair-until-done.ts';
import { requestSender } from './send-requests.ts';
import type { Spoilt } from './spoilt.ts';
import { startRelays } from './start-relays.ts';
import { noteViolations, type ViolationKind } from './violations.ts';

export interface HistoryOptions {
  /** Gives the cohorts, the requests and the faults; who comes first in the database is the machine's. */
  readonly seed: number;
  /** How many requests are sent; what the sweeper does by itself comes on top. */
  readonly decisions: number;
  /** Of the DynamoDB Local to play on; without it, the run's own. */
  readonly endpoint?: string;
  readonly inFlight?: number;
  readonly cohorts?: number;
  /** How many places an organisation may have on each cohort; without it, each has a limit of its own. */
  readonly limit?: number;
  /** What the cohorts are like, in turn. */
  readonly kinds?: readonly CohortKind[];
  readonly mixture?: Mixture;
  readonly rates?: Partial<Rates>;
  readonly decisionsBetweenSweeps?: number;
  /** Nothing is relayed, nor looked at but the ledgers and what callers are told: for what can be seen there. */
  readonly unrelayed?: boolean;
  /** Stops as soon as something of this kind was found wrong. */
  readonly until?: ViolationKind;
  /** How long a follower of a feed waits that has come to its end, in milliseconds. */
  readonly followersRest?: number;
  readonly spoilt?: Spoilt;
  readonly progress?: (decisions: number) => void;
}

/** What came of a history: what was looked at, what went wrong on purpose, and what was wrong. */
export type HistoryResult = Awaited<ReturnType<typeof runHistory>>;

/** Plays a random history on a table of its own and checks it. */
export async function runHistory(options: HistoryOptions) {
  const { spoilt = {}, inFlight = 32, cohorts = 18, decisionsBetweenSweeps = 40, followersRest = 3000 } = options;
  const rates = { ...usualRates, ...options.rates };
  const isLossy = rates.lostRecords > 0;
  const draws = (use: number) => seededNumbers(Math.imul(options.seed, 0x9e3779b1) + use);
  const violations = noteViolations();
  const isEnough = () => options.until !== undefined && violations.counts[options.until] !== undefined;
  const onFault = (where: string, error: unknown) => {
    if (isInjected(error)) return;
    violations.add('fault', where, error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const clock = tickingClock(movableClock());
  const place = await createTestTable(options.endpoint);
  const world = await givenWorld(place.table, clock, draws(0), {
    cohorts,
    hidden: !isLossy,
    limit: options.limit,
    kinds: options.kinds,
  });
  const checker = checkHistory({ ...world.facts, restating: isLossy }, violations);
  const deciding = faultyTable(place, rates, draws(1), { clock, endpoint: options.endpoint });
  const relaying = faultyTable(place, rates, draws(2), { clock, endpoint: options.endpoint });
  const relays = startRelays(checker, {
    relayTable: relaying.table,
    table: place.table,
    clock,
    followed: options.unrelayed === true ? [] : [feedOfAll, ...world.organisations],
    rates,
    numbers: draws(3),
    spoilt,
    followersRest,
    onFault,
  });
  const losing = draws(4);
  const isLost = () => options.unrelayed === true || losing() < rates.lostRecords;
  const reading = await readChanges(place, checker, relays.lanes, isLost, relays.onFault);

  const table = spoilt.table?.(deciding.table) ?? deciding.table;
  const requests = randomRequests(world, clock, draws(5), options.mixture);
  const people = givenPeople(place.table, clock);
  const sender = requestSender({ table, clock, people }, checker, requests, (error) => onFault('decision', error));
  const repair =
    isLossy && spoilt.unrepaired !== true
      ? async () => await repairUntilDone(relays.startRelay, clock, relays.onFault)
      : undefined;
  const acted = await decideAll({
    decisions: options.decisions,
    inFlight,
    decisionsBetweenSweeps,
    days: rates.days,
    table,
    clock,
    numbers: draws(6),
    next: requests.next,
    send: sender.send,
    repair,
    onFault,
    progress: options.progress,
    isEnough,
  });

  await deciding.late.arriveAll();
  await reading.finish();
  await relays.lanes.finish();
  // An hour later no record can be on its way any more.
  clock.moveBy(3_600_000);
  await repair?.();
  await relaying.late.arriveAll();
  await relays.followers.finish();
  const looked = await checker.finish(options.unrelayed === true || isEnough() ? undefined : place.table);
  for (const { client } of [deciding, relaying]) client.destroy();
  await place.remove();
  const faults = {
    deciding: { ...deciding.counts, late: deciding.late.counts },
    relaying: { ...relaying.counts, late: relaying.late.counts },
    bus: relays.busCounts.failed,
    relays: relays.lanes.counts,
  };
  return { decisions: options.decisions + acted, ...looked, replies: sender.replies, faults, violations };
}

/** The table as it is reached through a client of its own, between which and the database things go wrong. */
function faultyTable(
  place: TestTable,
  rates: Rates,
  numbers: () => number,
  { clock, endpoint }: { readonly clock: MovableClock; readonly endpoint: string | undefined },
) {
  const client = databaseClient(undefined, endpoint);
  const late = holdDuplicates(client, rates.late, numbers, clock);
  const counts = injectFaults(client, rates, numbers);
  return { client, table: openTable(client, place.name), counts, late };
}
