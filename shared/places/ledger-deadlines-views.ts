import type { ViewWrite } from '../aggregate.ts';
import { beginningOf } from '../clock.ts';
import { dueItem } from '../deadlines/deadlines-views.ts';
import { keys } from '../table/keys.ts';
import { claimOf, cohortOf, standingOf, unnamedPlaces, type Entry, type Ledger } from './ledger.ts';
import { nameByOf, releaseAt, reminderAt, reminderSchema } from './naming.ts';

/** How long a tombstone stays on the ledger: a late duplicate of a claim must still find its key. */
const tombstoneMilliseconds = 86_400_000;

/** The due items that follow from a ledger: what is to be done by the clock because of this change. */
export function dueOfLedger(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  return [
    ...lapses(before, after),
    ...collections(before, after),
    ...reminders(before, after),
    ...releases(before, after),
    ...compactions(before, after),
    ...freezes(before, after),
  ];
}

/**
 * A due item for each claim that waits until a date: from when it waits, and again when a name is taken away, since a wait
 * with a named person does not lapse and its due item may have gone meanwhile.
 */
function lapses(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const { waiting } = standingOf(after);
  const claims = new Set(waiting.map(({ key }) => claimOf(key)));
  const unnamed = waiting.filter(({ ticket }) => before?.named?.has(ticket) === true && !after.named?.has(ticket));
  const again = new Set(unnamed.map(({ key }) => claimOf(key)));
  const aggregate = keys.ledger(cohortOf(after));
  return Object.entries(after.until).flatMap(([claim, until]) =>
    claims.has(claim) && (before?.until[claim] === undefined || again.has(claim))
      ? [dueItem({ aggregate, kind: 'lapse-wait', subject: claim }, new Date(until * 1000), after.version)]
      : [],
  );
}

/**
 * A due item for the tombstones that this change made. Told from one image alone (a repair), it is one for all of them and
 * stands beside the one that the change itself may have, which knows only its own.
 */
function compactions(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const tombstones = Object.entries(after.entries).flatMap(([key, ticket]) =>
    ticket < 0 && before?.entries[key] !== ticket ? [-ticket] : [],
  );
  if (tombstones.length === 0) return [];
  const due = new Date(new Date(after.change.at).getTime() + tombstoneMilliseconds);
  const deadline = {
    aggregate: keys.ledger(cohortOf(after)),
    kind: 'compact-ledger',
    subject: before === undefined ? `${String(after.version)}-all` : String(after.version),
    tickets: tombstones,
  } as const;
  return [dueItem(deadline, due, after.version)];
}

/** A due item at the closing date of claims that are to be allocated. */
function collections(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  if (before !== undefined || after.collecting === undefined || after.lateFrom !== undefined) return [];
  const deadline = { aggregate: keys.ledger(cohortOf(after)), kind: 'collect-claims', subject: 'all' } as const;
  return [dueItem(deadline, new Date(after.collecting * 1000), after.version)];
}

/** A due item at the freeze date, when what the cohort costs is shared for good; another one when the cohort is moved. */
function freezes(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const day = after.naming?.freezes;
  if (day === undefined || day === before?.naming?.freezes || after.status === 'cancelled') return [];
  const deadline = { aggregate: keys.ledger(cohortOf(after)), kind: 'post-shares', subject: 'all' } as const;
  return [dueItem(deadline, beginningOf(day), after.version)];
}

/**
 * A due item to remind the holders of places on which somebody is to be named from now on: since they were confirmed, or
 * lost their name, or since all dates count anew (`dueSince`). One for all that have the same date.
 */
function reminders(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  if (after.status === 'cancelled') return [];
  const since = new Date(after.change.at);
  const isDueAnew = before !== undefined && before.dueSince !== after.dueSince;
  const known = new Set(before === undefined || isDueAnew ? after.reminded : ticketsOf(unnamedPlaces(before)));
  const fresh = unnamedPlaces(after).filter(({ ticket }) => !known.has(ticket));
  return perDate(after, fresh, since).map(([nameBy, tickets]) =>
    dueItem(
      { aggregate: keys.ledger(cohortOf(after)), kind: 'remind-naming', ...subjectOf(before, after, tickets), nameBy },
      reminderAt(new Date(nameBy), since),
      after.version,
    ),
  );
}

/** A due item to release places whose holders were just reminded, if nobody is named on them until then. */
function releases(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const aggregate = keys.ledger(cohortOf(after));
  const since = new Date(after.change.at);
  const reminded = unnamedPlaces(after).filter(
    ({ ticket }) => after.reminded?.has(ticket) === true && before?.reminded?.has(ticket) !== true,
  );
  const tickets = ticketsOf(reminded);
  if (tickets.length === 0) return [];
  // One image alone (a repair) does not say whose reminders were told: that is looked into, and what was not comes anew.
  if (before === undefined) return [dueItem({ aggregate, kind: 'remind-anew', subject: 'all' }, since, after.version)];
  const { nameBy } = reminderSchema.parse(after.change);
  const deadline = { aggregate, kind: 'release-places', ...subjectOf(before, after, tickets) } as const;
  return [dueItem(deadline, releaseAt(new Date(nameBy), since), after.version)];
}

/** Places by the date until which somebody is to be named on them; those without a date are left out. */
function perDate(ledger: Ledger, places: readonly Entry[], since: Date): [string, number[]][] {
  const dates = Map.groupBy(places, (place) => nameByOf(ledger, place, since)?.toISOString());
  return [...dates].flatMap(([date, some]): [string, number[]][] =>
    date === undefined ? [] : [[date, ticketsOf(some)]],
  );
}

/** What a repair makes of all places stands beside what the change itself made, which knows only its own. */
function subjectOf(before: Ledger | undefined, after: Ledger, tickets: readonly number[]) {
  const scope = before === undefined && after.version > 1 ? 'all-' : '';
  return { subject: `${String(after.version)}-${scope}${String(tickets[0])}`, tickets };
}

function ticketsOf(places: readonly Entry[]): number[] {
  return places.map(({ ticket }) => ticket);
}
