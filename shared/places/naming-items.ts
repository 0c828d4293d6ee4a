import type { Change } from '../change.ts';
import { dueItemSchema, type DueItem } from '../deadlines/deadlines-views.ts';
import { keys } from '../table/keys.ts';
import type { Outcome, Table } from '../table/table.ts';
import { cohortOf, type Entry, type Ledger } from './ledger.ts';
import { writeLedger } from './places-items.ts';

/** The place is there under exactly this key, and the cohort was not cancelled. */
function isThere({ key, ticket }: Entry, change: Change) {
  return {
    condition: '#status <> :cancelled AND entries.#k = :ticket',
    names: { '#status': 'status', '#k': key },
    values: {
      ':cancelled': 'cancelled',
      ':ticket': ticket,
      ':tickets': new Set([ticket]),
      ':one': 1,
      ':change': change,
    },
  };
}

const changed = 'SET version = version + :one, change = :change';

/**
 * No name was taken off the place since the ledger was read: so a write that arrives once more, much later, neither names
 * a place again whose name was taken away, nor takes away a name that was put there since.
 */
function notUnnamedSince({ unnamed }: Ledger, { ticket }: Entry) {
  const seen = unnamed?.[String(ticket)];
  const names = { '#unnamed': 'unnamed', '#ticket': String(ticket) };
  if (seen === undefined) return { condition: 'attribute_not_exists(#unnamed.#ticket)', names, values: {} };
  return { condition: '#unnamed.#ticket = :seen', names, values: { ':seen': seen } };
}

/**
 * Notes that a person is named on a place: only while it is there and nobody is, nor was since the ledger was read. Naming
 * and release have one winner.
 */
export async function writeNamed(table: Table, ledger: Ledger, place: Entry, change: Change): Promise<Outcome<Ledger>> {
  const there = isThere(place, change);
  const still = notUnnamedSince(ledger, place);
  return await writeLedger(table, cohortOf(ledger), `${changed} ADD named :tickets DELETE reminded :tickets`, {
    condition: `${there.condition} AND NOT contains(named, :ticket) AND ${still.condition}`,
    names: { ...there.names, ...still.names },
    values: { ...there.values, ...still.values },
  });
}

/** Notes that nobody is named on a place any more, and when: only while who was named when the ledger was read still is. */
export async function writeUnnamed(
  table: Table,
  ledger: Ledger,
  place: Entry,
  change: Change,
): Promise<Outcome<Ledger>> {
  const there = isThere(place, change);
  const still = notUnnamedSince(ledger, place);
  const conditions = [there.condition, 'contains(named, :ticket)', still.condition];
  const ticket = String(place.ticket);
  // The first of a cohort makes the attribute that the others are noted in.
  const isFirst = ledger.unnamed === undefined;
  if (isFirst) conditions.push('attribute_not_exists(#unnamed)');
  const noted = isFirst ? '#unnamed = :unnamed' : '#unnamed.#ticket = :unnamed';
  return await writeLedger(table, cohortOf(ledger), `${changed}, ${noted} DELETE named :tickets`, {
    condition: conditions.join(' AND '),
    names: { ...there.names, ...still.names },
    values: { ...there.values, ...still.values, ':unnamed': isFirst ? { [ticket]: ledger.version } : ledger.version },
  });
}

/**
 * Notes of which places the holders are reminded, all of them or none: each only while it is there and nobody is named on it,
 * and while the cohort has not been moved since the ledger was read.
 */
export async function writeReminded(
  table: Table,
  ledger: Ledger,
  places: readonly Entry[],
  change: Change,
): Promise<Outcome<Ledger>> {
  const names: Record<string, string> = { '#status': 'status' };
  const tickets = new Set(places.map(({ ticket }) => ticket));
  const values: Record<string, unknown> = {
    ':cancelled': 'cancelled',
    ':tickets': tickets,
    ':one': 1,
    ':change': change,
  };
  const conditions = [
    '#status <> :cancelled',
    ledger.dueSince === undefined ? 'attribute_not_exists(dueSince)' : 'dueSince = :due',
  ];
  if (ledger.dueSince !== undefined) values[':due'] = ledger.dueSince;
  for (const [index, { key, ticket }] of places.entries()) {
    const number = String(index);
    names[`#k${number}`] = key;
    values[`:t${number}`] = ticket;
    conditions.push(
      `entries.#k${number} = :t${number}`,
      `NOT contains(named, :t${number})`,
      `NOT contains(reminded, :t${number})`,
    );
  }
  const condition = conditions.join(' AND ');
  return await writeLedger(table, cohortOf(ledger), `${changed} ADD reminded :tickets`, { condition, names, values });
}

/** How many releases of one cohort are looked at: more than can ever be due together. */
const mostReleases = 1000;

/** The releases that are due of a cohort, now or later: each follows from one reminder. */
export async function readReleases(table: Table, { pk, sk }: Ledger): Promise<DueItem[]> {
  const due = keys.deadlinesOf({ pk, sk }, 'release-places');
  return await table.query({ ...due, limit: mostReleases, consistent: true }, dueItemSchema);
}

/**
 * Lets all dates for names of a cohort count anew, with nobody reminded: what was due for a name before is overtaken. Only
 * while the ledger is of the version that was read.
 */
export async function writeDueAnew(table: Table, ledger: Ledger, change: Change): Promise<Outcome<Ledger>> {
  return await writeLedger(table, cohortOf(ledger), `${changed}, dueSince = version + :one REMOVE reminded`, {
    condition: '#status <> :cancelled AND version = :version',
    names: { '#status': 'status' },
    values: { ':cancelled': 'cancelled', ':version': ledger.version, ':one': 1, ':change': change },
  });
}

/** Draws the line behind the claims that count alike: what comes from now on is late. Refused when it is drawn already. */
export async function writeCollected(table: Table, cohort: string, change: Change): Promise<Outcome<Ledger>> {
  return await writeLedger(table, cohort, `${changed}, lateFrom = #next`, {
    condition: '#status <> :cancelled AND attribute_exists(collecting) AND attribute_not_exists(lateFrom)',
    names: { '#status': 'status', '#next': 'next' },
    values: { ':cancelled': 'cancelled', ':one': 1, ':change': change },
  });
}

/**
 * Fixes the order in which places are given, and gives them, in one write that names the decision. Refused when it is fixed
 * already.
 */
export async function writeOrder(
  table: Table,
  cohort: string,
  { order, decision }: { readonly order: readonly number[]; readonly decision: string },
  change: Change,
): Promise<Outcome<Ledger>> {
  return await writeLedger(table, cohort, `${changed}, #order = :order, decision = :decision REMOVE collecting`, {
    condition: '#status <> :cancelled AND attribute_exists(collecting) AND attribute_exists(lateFrom)',
    names: { '#status': 'status', '#order': 'order' },
    values: { ':cancelled': 'cancelled', ':one': 1, ':change': change, ':order': order, ':decision': decision },
  });
}
