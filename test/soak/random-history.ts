import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { AppError } from '../../shared/errors.ts';
import type { FeedEntry } from '../../shared/events/feed-entry.ts';
import { openFeeds, readFeed, type FeedWriter } from '../../shared/events/feeds.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { openTable, type Table } from '../../shared/table/table.ts';
import { givenCohort, organisationNamed } from '../support/cohorts.ts';
import { contextOf, movableClock, personOf, seededNumbers, type MovableClock } from '../support/context.ts';
import { injectFaults, isInjected, type FaultRates } from '../support/faults.ts';
import { openStream } from '../support/stream.ts';
import { createTestTable, databaseClient } from '../support/table.ts';
import type { Answer } from './check-answers.ts';
import { checkHistory, type HistoryChecker } from './check-history.ts';
import { mortalPublisher } from './mortal-publisher.ts';
import { observeTable } from './observed-table.ts';
import { randomRequests, type Sending } from './random-requests.ts';
import { startLanes, type Lanes } from './relay-lanes.ts';
import { noteViolations, type Violations } from './violations.ts';

export interface HistoryOptions {
  readonly seed: number;
  readonly decisions: number;
  readonly inFlight?: number;
  readonly faults?: FaultRates;
  /** What a control spoils: the table that decisions are made on, how feeds are written and read. */
  readonly spoilt?: {
    readonly table?: (table: Table) => Table;
    readonly feeds?: (table: Table) => FeedWriter;
    readonly read?: (table: Table, feed: string, after: number, limit: number) => Promise<FeedEntry[]>;
  };
  readonly progress?: (decisions: number) => void;
}

const someFaults: FaultRates = { throttled: 0.005, lost: 0.03, conflicts: 0.002 };
/** The chance with which a relay dies at each thing it does. */
const deaths = 0.002;
const decisionsBetweenSweeps = 50;

/** A random history on a table of its own, checked; what came of it. */
export async function runHistory(options: HistoryOptions) {
  const { seed, decisions, spoilt = {} } = options;
  const numbers = seededNumbers(seed);
  const violations = noteViolations();
  const clock = movableClock();
  const place = await createTestTable();
  const { cohorts, organisations, checker } = await givenWorld(place.table, clock, numbers, violations);

  const faultyClient = () => {
    const client = databaseClient();
    return { client, counts: injectFaults(client, options.faults ?? someFaults, numbers) };
  };
  const [deciding, relaying] = [faultyClient(), faultyClient()];
  const relayTable = openTable(relaying.client, place.name);
  const bus = {
    put: async (events: Parameters<HistoryChecker['bus']>[0]) => await Promise.resolve(checker.bus(events)),
  };
  const startRelay = () =>
    mortalPublisher(
      { table: relayTable, feeds: openFeeds(relayTable), bus, clock },
      spoilt.feeds ?? openFeeds,
      deaths,
      numbers,
    );
  const onFault = (where: string) => (error: unknown) => {
    if (!isInjected(error))
      violations.add('fault', where, error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const lanes = startLanes(startRelay, numbers, onFault('relay'));
  const followers = followFeeds(
    place.table,
    ['ALL', ...organisations],
    spoilt.read ?? (async (...wanted) => await readFeed(...wanted, clock.now())),
    checker,
    onFault('feed'),
  );
  const reading = await readChanges(place, checker, lanes);

  const table = (spoilt.table ?? ((same) => same))(openTable(deciding.client, place.name));
  const acted = await decideAll({
    options,
    table,
    clock,
    cohorts,
    organisations,
    numbers,
    checker,
    onFault: onFault('decision'),
  });

  await reading.finish();
  await lanes.finish();
  await followers.finish();
  const { versions, events } = await checker.finish(place.table);
  for (const client of [deciding.client, relaying.client]) client.destroy();
  await place.remove();
  const faults = { deciding: deciding.counts, relaying: relaying.counts };
  return { decisions: decisions + acted, versions, events, faults, relay: lanes.counts, violations };
}

/** Eight organisations, three hosts, and eighteen cohorts of many sizes, one of which is shared with some only. */
async function givenWorld(table: Table, clock: MovableClock, numbers: () => number, violations: Violations) {
  const named = ['RAT', 'R1H', 'RWK', 'RQX', 'RAL', 'RKE', 'Redbridge', 'Newham'].map(organisationNamed);
  const hosts = ['RF4', 'RYJ', 'host'].map(organisationNamed);
  const cohorts = [];
  for (let index = 0; index < 18; index += 1) {
    const roomy = index === 0;
    const capacity = roomy ? 100 : 1 + Math.floor(numbers() * 25);
    const waitlist = roomy ? 60 : Math.floor(numbers() * 20);
    const limit = roomy ? 120 : 2 + Math.floor(numbers() * 20);
    const host = hosts[index % 3] ?? '';
    const sharedWith = index === 1 ? named.slice(0, 5) : 'all';
    cohorts.push(await givenCohort(table, clock, { host, capacity, waitlist, limit, sharedWith }));
  }
  const members = new Map(
    [...named, ...hosts].map((organisation) => {
      const actor = personOf(organisation);
      return [actor.kind === 'person' ? actor.membership?.member : undefined, organisation];
    }),
  );
  const factsOf = ({ limit }: { readonly limit: number }) => ({
    limit,
    organisationOf: (member: string) => members.get(member),
  });
  const facts = {
    cohorts: new Map(cohorts.map((cohort) => [cohort.id, factsOf(cohort)])),
    organisations: [...named, ...hosts],
  };
  return { cohorts, organisations: [...named, ...hosts], checker: checkHistory(facts, violations) };
}

interface Decisions {
  readonly options: HistoryOptions;
  readonly table: Table;
  readonly clock: MovableClock;
  readonly cohorts: Awaited<ReturnType<typeof givenWorld>>['cohorts'];
  readonly organisations: readonly string[];
  readonly numbers: () => number;
  readonly checker: HistoryChecker;
  readonly onFault: (error: unknown) => void;
}

/** Sends random requests, so many at once, with the sweeper beside them and the clock going on; says how often it acted. */
async function decideAll({ options, table, clock, cohorts, organisations, numbers, checker, onFault }: Decisions) {
  const requests = randomRequests(cohorts, organisations, clock, numbers);
  const newest = new Map<string, number>();
  const answered = new Map<string, number>();
  let [started, acted] = [0, 0];

  async function send(sending: Sending): Promise<void> {
    const { cohort, organisation, request, again } = sending;
    const from = newest.get(cohort.id) ?? 1;
    const above = again || request.kind !== 'claim' ? {} : { above: answered.get(cohort.id) ?? 0 };
    let to = 0;
    const observed = observeTable(table, (seen, version) => {
      newest.set(seen, Math.max(newest.get(seen) ?? 1, version));
      to = Math.max(to, version);
    });
    try {
      const answer = await perform(observed, clock, sending);
      checker.call({ cohort: cohort.id, organisation, request, reply: { answer }, from, to, ...above });
      requests.answered(sending, answer);
      const tickets = (answer.places ?? []).map(({ ticket }) => ticket);
      if (request.kind === 'claim') answered.set(cohort.id, Math.max(answered.get(cohort.id) ?? 0, ...tickets));
    } catch (error) {
      if (!(error instanceof AppError)) onFault(error);
      // What was refused before the ledger was looked at is none of the ledger's.
      else if (to > 0)
        checker.call({ cohort: cohort.id, organisation, request, reply: { refused: error.code }, from, to });
    }
  }

  async function sweep(): Promise<void> {
    const minutes = numbers() < 0.04 ? 25 * 60 : 1 + Math.floor(numbers() * 60);
    clock.moveBy(minutes * 60_000);
    try {
      const { acted: done } = await actOnDeadlines(table, clock, clock.now());
      acted += done;
    } catch (error) {
      onFault(error);
    }
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
  return acted;
}

async function perform(table: Table, clock: MovableClock, sending: Sending): Promise<Answer> {
  const { cohort, actor, idempotencyKey, request, confirmUntil } = sending;
  const context = contextOf(table, clock, actor, { idempotencyKey });
  switch (request.kind) {
    case 'claim': {
      const { quantity, allOrNothing } = request;
      return await claimPlace.perform(context, { cohort: cohort.id, quantity, allOrNothing, confirmUntil });
    }
    case 'give-back':
      return await giveBackPlace.perform(context, { cohort: cohort.id, tickets: request.tickets });
    case 'capacity':
      return await changeCapacity.perform(context, { cohort: cohort.id, capacity: request.capacity });
  }
}

/** Reads the table's own stream: each image of a ledger goes to the checker and on its lane. */
async function readChanges(
  place: Awaited<ReturnType<typeof createTestTable>>,
  checker: HistoryChecker,
  lanes: Lanes,
): Promise<{ finish(): Promise<void> }> {
  const stream = await openStream(place.client, place.streamArn);
  let finishing = false;
  async function read(): Promise<void> {
    for (;;) {
      const last = finishing;
      const records = await stream.next();
      for (const record of records) {
        const image = record.dynamodb?.NewImage;
        if (record.dynamodb?.Keys?.['sk']?.S !== 'LEDGER' || image === undefined) continue;
        checker.image(unmarshall(image));
        lanes.push(record);
      }
      if (last && records.length === 0) return;
      if (records.length < 100) await pause(40);
    }
  }
  const reading = read();
  return {
    async finish() {
      finishing = true;
      await reading;
      stream.close();
    },
  };
}

/** Reads feeds over and over while they are written, each from where it was; at last to its end. */
function followFeeds(
  table: Table,
  feeds: readonly string[],
  read: NonNullable<NonNullable<HistoryOptions['spoilt']>['read']>,
  checker: HistoryChecker,
  onFault: (error: unknown) => void,
): { finish(): Promise<void> } {
  let finishing = false;
  async function follow(feed: string): Promise<void> {
    let after = 0;
    for (;;) {
      const last = finishing;
      const entries = await read(table, feed, after, 100);
      checker.follow(feed, entries);
      after = entries.at(-1)?.position ?? after;
      if (entries.length > 0) continue;
      if (last) return;
      await pause(400);
    }
  }
  const following = Promise.all(feeds.map(async (feed) => await follow(feed).catch(onFault)));
  return {
    async finish() {
      finishing = true;
      await following;
    },
  };
}
