import type { Change } from '../change.ts';
import type { Outcome, Table } from '../table/table.ts';
import type { Entry, Ledger } from './ledger.ts';
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

/** Notes that a person is named on a place: only while it is there and nobody is. Naming and release have one winner. */
export async function writeNamed(table: Table, cohort: string, place: Entry, change: Change): Promise<Outcome<Ledger>> {
  const { condition, ...words } = isThere(place, change);
  return await writeLedger(table, cohort, `${changed} ADD named :tickets DELETE reminded :tickets`, {
    condition: `${condition} AND NOT contains(named, :ticket)`,
    ...words,
  });
}

/** Notes that nobody is named on a place any more: only while somebody is. */
export async function writeUnnamed(
  table: Table,
  cohort: string,
  place: Entry,
  change: Change,
): Promise<Outcome<Ledger>> {
  const { condition, ...words } = isThere(place, change);
  return await writeLedger(table, cohort, `${changed} DELETE named :tickets`, {
    condition: `${condition} AND contains(named, :ticket)`,
    ...words,
  });
}

/** Notes of which places the holders are reminded, all of them or none: each only while it is there and nobody is named on it. */
export async function writeReminded(
  table: Table,
  cohort: string,
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
  const conditions = ['#status <> :cancelled'];
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
  return await writeLedger(table, cohort, `${changed} ADD reminded :tickets`, { condition, names, values });
}

/** Draws the line behind the claims that count alike: what comes from now on is late. Refused when it is drawn already. */
export async function writeCollected(table: Table, cohort: string, change: Change): Promise<Outcome<Ledger>> {
  return await writeLedger(table, cohort, `${changed}, lateFrom = #next`, {
    condition: '#status <> :cancelled AND attribute_exists(collecting) AND attribute_not_exists(lateFrom)',
    names: { '#status': 'status', '#next': 'next' },
    values: { ':cancelled': 'cancelled', ':one': 1, ':change': change },
  });
}

/** Fixes the order in which places are given, and gives them, in one write. Refused when it is fixed already. */
export async function writeOrder(
  table: Table,
  cohort: string,
  order: readonly number[],
  change: Change,
): Promise<Outcome<Ledger>> {
  return await writeLedger(table, cohort, `${changed}, #order = :order REMOVE collecting`, {
    condition: '#status <> :cancelled AND attribute_exists(collecting) AND attribute_exists(lateFrom)',
    names: { '#status': 'status', '#order': 'order' },
    values: { ':cancelled': 'cancelled', ':one': 1, ':change': change, ':order': order },
  });
}
