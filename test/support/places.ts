import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import type { Context } from '../../shared/context.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { findLedger } from '../../shared/places/cohort-ledger.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { standingOf, type Ledger } from '../../shared/places/ledger.ts';
import { listCohortPlaces } from '../../shared/places/list-cohort-places.ts';
import type { Table } from '../../shared/table/table.ts';
import { givenCohort } from './cohorts.ts';
import { contextOf, personOf } from './context.ts';
import { streamRelay } from './stream-relay.ts';
import { createTestTable } from './table.ts';

type Named = Pick<Cohort, 'id' | 'host'>;
type Request = Partial<Context['request']>;

/** What a claim may say beside its cohort. */
interface ClaimInput {
  readonly quantity?: number;
  readonly allOrNothing?: boolean;
  readonly confirmUntil?: string;
  readonly reason?: string;
  readonly people?: readonly string[];
  readonly purchaseOrder?: string;
}

/**
 * What leads of organisations do with places; each request has an Idempotency-Key of its own unless one is given. A cohort
 * is given, not only its id, so that its host can be asked.
 */
export function placesOn(table: Table, clock: Clock) {
  const as = (organisation: string, request: Request = {}) => contextOf(table, clock, personOf(organisation), request);
  return {
    as,
    claim: async (cohort: Named, organisation: string, input: ClaimInput = {}, request: Request = {}) =>
      await claimPlace.perform(as(organisation, request), { cohort: cohort.id, ...input }),
    giveBack: async (cohort: Named, organisation: string, tickets: readonly number[], request: Request = {}) =>
      await giveBackPlace.perform(as(organisation, request), { cohort: cohort.id, tickets }),
    setCapacity: async (cohort: Named, capacity: number, request: Request = {}) =>
      await changeCapacity.perform(as(cohort.host, request), { cohort: cohort.id, capacity }),
    /** As the host sees the cohort. */
    seen: async (cohort: Named) => await listCohortPlaces.perform(as(cohort.host), { cohort: cohort.id }),
    /** The tickets that hold a place and those that wait, read back. */
    standing: async (cohort: Named) => ticketsIn(await ledgerOf(table, cohort)),
    ledger: async (cohort: Named) => await ledgerOf(table, cohort),
  };
}

/** A fresh table with what leads do on it, and the relay of its stream. */
export async function openPlaces(clock: Clock) {
  const database = await createTestTable();
  const { table } = database;
  const relay = streamRelay(database, clock);
  const toldOfCohort = async ({ id }: Named) =>
    (await relay.relayAll()).filter(({ aggregate }) => aggregate === id || aggregate.startsWith(`${id}-`));
  return {
    ...placesOn(table, clock),
    database,
    table,
    given: async (facts: Partial<Cohort> = {}) => await givenCohort(table, clock, facts),
    /** Publishes all that was done since the last time, and gives what was told of one cohort's places. */
    told: toldOfCohort,
    /** What the sweeper does each minute once the relay has told it what is due; gives what is told of the cohort then. */
    sweep: async (cohort: Named) => {
      await toldOfCohort(cohort);
      const { failures } = await actOnDeadlines({ table, epoch: 1, clock }, clock.now());
      if (failures.length > 0) throw new AggregateError(failures.map(({ error }) => error));
      return toldOf(await toldOfCohort(cohort));
    },
    relay,
    close: async () => {
      relay.stop();
      await database.remove();
    },
  };
}
export type PlacesTable = Awaited<ReturnType<typeof openPlaces>>;

/** The ledger of a cohort that is open, or was. */
async function ledgerOf(table: Table, cohort: Named): Promise<Ledger> {
  const ledger = await findLedger(table, cohort.id);
  if (ledger === undefined) throw new Error(`The cohort ${cohort.id} is a draft`);
  return ledger;
}

/** The tickets that hold a place, and those that wait in their order. */
export function ticketsIn(ledger: Parameters<typeof standingOf>[0]) {
  const { confirmed, waiting } = standingOf(ledger);
  return { confirmed: confirmed.map(({ ticket }) => ticket), waiting: waiting.map(({ ticket }) => ticket) };
}

/** What of a ledger does not agree with the rest of it: its counts, its tickets, its bounds. Nothing, for a sound one. */
export function disagreementsIn(ledger: Ledger): string[] {
  const tickets = Object.values(ledger.entries);
  const live = Object.entries(ledger.entries).filter(([, ticket]) => ticket > 0);
  const perOrganisation = Map.groupBy(live, ([key]) => key.slice(0, 7));
  const organisations = new Set([...perOrganisation.keys(), ...Object.keys(ledger.live)]);
  const miscounted = [...organisations].filter(
    (organisation) => (ledger.live[organisation] ?? 0) !== (perOrganisation.get(organisation)?.length ?? 0),
  );
  const wrong = {
    'more live places than there is room for': ledger.room < 0,
    'room is miscounted': ledger.room !== ledger.capacity + ledger.waitlist - live.length,
    'a ticket was given twice': new Set(tickets.map(Math.abs)).size !== tickets.length,
    'a ticket that was never given': tickets.some((ticket) => ticket === 0 || Math.abs(ticket) >= ledger.next),
    'too many entries': tickets.length > 200,
    'an organisation is miscounted': miscounted.length > 0,
  };
  return Object.entries(wrong).flatMap(([what, isSo]) => (isSo ? [what] : []));
}

/** Events as a test writes them down: the type, the tickets, and who was told. */
export function toldOf(events: readonly Envelope[]) {
  return events.map(({ type, data, audience }) => [type, data['tickets'], audience]);
}
