import type { Change } from '../change.ts';
import { dayAfter, endOfDay, epochSeconds } from '../clock.ts';
import { freezesOn } from '../cohorts/cohort-plan.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { keys } from '../table/keys.ts';
import { absent, type TransactionWrite } from '../table/table.ts';
import { heldKey, shortId, type Ledger } from './ledger.ts';

/**
 * The write that makes a cohort's ledger, for the transaction that opens (or drops) the cohort. Places that are held are its
 * first entries, under the lowest tickets, in the order of the plan.
 */
export function makeLedger(cohort: Cohort, status: 'open' | 'cancelled', change: Change): TransactionWrite {
  const { capacity, waitlist, host } = cohort;
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
    naming: namingOf(cohort),
    collecting: cohort.allocation && epochSeconds(endOfDay(cohort.allocation.closesOn)),
    planned: cohort.version,
    listed: listedAs(cohort),
    change,
  };
  return { put: { ...keys.ledger(cohort.id), ...ledger }, onlyIf: absent };
}

/** Where a cohort is listed while it is open: its audience and first day. */
export function listedAs({ sharedWith, programme, firstDay }: Cohort): string {
  return `${sharedWith === 'all' ? 'ALL' : programme}#${firstDay}`;
}

/** By which day places of a cohort are to be named, how many days at least after they were confirmed, and the freeze date. */
export function namingOf(cohort: Cohort): Ledger['naming'] {
  const { daysBefore, daysAfterConfirmed } = cohort.naming;
  return { by: dayAfter(cohort.firstDay, -daysBefore), days: daysAfterConfirmed, freezes: freezesOn(cohort) };
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
