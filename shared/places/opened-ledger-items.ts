import type { Change } from '../change.ts';
import { dayAfter, endOfDay, epochSeconds } from '../clock.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { keys } from '../table/keys.ts';
import { absent, type TransactionWrite } from '../table/table.ts';
import { heldKey, shortId } from './ledger.ts';

/**
 * The write that makes a cohort's ledger, for the transaction that opens (or drops) the cohort. Places that are held are its
 * first entries, under the lowest tickets, in the order of the plan.
 */
export function makeLedger(cohort: Cohort, status: 'open' | 'cancelled', change: Change): TransactionWrite {
  const { capacity, waitlist, host, firstDay, naming } = cohort;
  const listed = `${cohort.sharedWith === 'all' ? 'ALL' : cohort.programme}#${firstDay}`;
  const { entries, live, until } = heldPlaces(status === 'open' ? cohort.held : []);
  const given = Object.keys(entries).length;
  const ledger = {
    host,
    status,
    capacity,
    waitlist,
    room: capacity + waitlist - given,
    next: 1 + given,
    version: 1,
    entries,
    live,
    until,
    naming: { by: dayAfter(firstDay, -naming.daysBefore), days: naming.daysAfterConfirmed },
    collecting: cohort.allocation && epochSeconds(endOfDay(cohort.allocation.closesOn)),
    planned: cohort.version,
    listed,
    change,
  };
  return { put: { ...keys.ledger(cohort.id), ...ledger }, onlyIf: absent };
}

function heldPlaces(held: Cohort['held']) {
  const entries: Record<string, number> = {};
  const live: Record<string, number> = {};
  const until: Record<string, number> = {};
  let ticket = 1;
  for (const { organisation, places, until: day } of held) {
    const key = heldKey(organisation);
    for (let i = 0; i < places; i += 1) {
      entries[`${key}.${String(i)}`] = ticket;
      ticket += 1;
    }
    live[shortId(organisation)] = places;
    until[key] = epochSeconds(endOfDay(day));
  }
  return { entries, live, until };
}
