import * as z from 'zod';
import { beginningOf, endOfDay } from '../clock.ts';
import type { Entry, Ledger } from './ledger.ts';

const day = 86_400_000;
/** How long before the date the holder is reminded, in days. */
const reminderDays = 7;
/** Nothing is released sooner after its reminder, in days: also when the reminder came late. */
const daysAfterReminder = 3;

/** What the change of a reminder says beside its type: the instant by which people are to be named. */
export const reminderSchema = z.looseObject({
  type: z.literal('reminded'),
  at: z.iso.datetime(),
  nameBy: z.iso.datetime(),
});

/**
 * By when somebody is to be named on a place that was confirmed, or lost its name, at an instant: for one that is held its
 * own date; otherwise the cohort's date, or so many days after the instant if that is later. Undefined: there is no end. So
 * it is from the freeze date on: whoever is confirmed then cannot name anybody without the host, and keeps the place.
 */
export function nameByOf({ naming }: Pick<Ledger, 'naming'>, place: Entry, since: Date): Date | undefined {
  if (naming?.freezes !== undefined && beginningOf(naming.freezes) <= since) return undefined;
  if (place.held && place.until !== undefined) return later(new Date(place.until * 1000), since);
  if (naming === undefined) return undefined;
  return later(endOfDay(naming.by), new Date(since.getTime() + naming.days * day));
}

/** When the holder is reminded: seven days before, or at once. */
export function reminderAt(nameBy: Date, since: Date): Date {
  return later(new Date(nameBy.getTime() - reminderDays * day), since);
}

/** When a place is released of which the holder was reminded: at its date, and never within three days of the reminder. */
export function releaseAt(nameBy: Date, reminded: Date): Date {
  return later(nameBy, soonestReleaseAt(reminded));
}

/** The soonest that a place is released whose holder was told of it at an instant. */
export function soonestReleaseAt(told: Date): Date {
  return new Date(told.getTime() + daysAfterReminder * day);
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
