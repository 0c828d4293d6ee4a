import type { Difference, LedgerFacts, Report } from './check-ledger.ts';
import { heldIn, type Held, type Image } from './images.ts';

const day = 86_400_000;
/** Reminders are sent so long before the date at most, and nothing is released sooner after one. */
const [beforeDate, afterReminder] = [7 * day, 3 * day];

/** From when a place has to be named by when, and when its holder was reminded of it (all in milliseconds). */
interface Period {
  readonly since: number;
  readonly reminder?: { readonly at: number; readonly nameBy: number };
}

/**
 * Checks one cohort's names, reminders and releases, image by image: a place is named by its holder while it is confirmed;
 * whoever is named stays until their own organisation says otherwise; each time that a place is without a name its holder
 * is reminded once, and it is released only after that: never before the date that was said, nor within three days. Where
 * a reminder may never have been told, all of this begins anew.
 */
export function namingChecker(facts: LedgerFacts) {
  /** Of confirmed places without a name. */
  const periods = new Map<number, Period>();

  function checkNames(was: Image | undefined, is: Image, report: Report): void {
    const { type, by } = is.change;
    const places = new Map(heldIn(is).map((place) => [place.ticket, place]));
    const isBy = (ticket: number) => facts.organisationOf(by) === places.get(ticket)?.organisation;
    for (const ticket of newIn(was?.named, is.named)) {
      const isRight = type === 'named' && isBy(ticket) && places.get(ticket)?.confirmed === true;
      if (!isRight) report('foreign-name', `${String(ticket)} by ${by}, ${type}`);
    }
    for (const ticket of newIn(is.named, was?.named)) {
      if (type !== 'unnamed' || !isBy(ticket)) report('lost-name', `${String(ticket)} by ${by}, ${type}`);
    }
  }

  function checkReminders(was: Image | undefined, is: Image, report: Report): void {
    const { type, at, nameBy = at } = is.change;
    const told = { at: Date.parse(at), nameBy: Date.parse(nameBy) };
    const places = new Map(heldIn(is).map((place) => [place.ticket, place]));
    for (const ticket of newIn(was?.reminded, is.reminded)) {
      const [place, period] = [places.get(ticket), periods.get(ticket)];
      if (period?.reminder !== undefined) report('reminded-twice', String(ticket));
      const soonest = place === undefined || period === undefined ? Infinity : dateOf(is, place, period.since);
      const isRight = type === 'reminded' && told.nameBy >= soonest && told.at >= told.nameBy - beforeDate;
      if (!isRight) report('reminded-wrongly', `${String(ticket)} by ${type} at ${at} until ${nameBy}`);
      periods.set(ticket, { since: period?.since ?? told.at, reminder: told });
    }
    if (type === 'due-anew') {
      for (const ticket of periods.keys()) periods.set(ticket, { since: told.at });
      return;
    }
    for (const ticket of newIn(is.reminded, was?.reminded)) {
      const isOver = !places.has(ticket) || is.named?.has(ticket) === true;
      if (!isOver) report('reminded-wrongly', `${String(ticket)} was forgotten by ${type}`);
    }
  }

  function checkReleased(is: Image, released: readonly number[], report: Report): void {
    const now = Date.parse(is.change.at);
    for (const ticket of released) {
      const reminder = periods.get(ticket)?.reminder;
      if (reminder === undefined) report('released-unreminded', String(ticket));
      else if (now < reminder.at + afterReminder || now < reminder.nameBy) {
        const [told, until] = [reminder.at, reminder.nameBy].map((instant) => new Date(instant).toISOString());
        report('released-early', `${String(ticket)}: told at ${String(told)} until ${String(until)}`);
      }
    }
  }

  return (was: Image | undefined, is: Image, turned: Difference['turned'], report: Report): void => {
    const gone = turned.map(([, ticket]) => ticket);
    checkNames(was, is, report);
    checkReminders(was, is, report);
    if (is.change.type === 'released') checkReleased(is, gone, report);
    for (const ticket of gone) periods.delete(ticket);
    for (const { ticket, confirmed } of heldIn(is)) {
      if (is.named?.has(ticket) === true) periods.delete(ticket);
      else if (confirmed && !periods.has(ticket)) periods.set(ticket, { since: Date.parse(is.change.at) });
    }
  };
}

/** Those in the second set that are not in the first. */
function newIn(was: ReadonlySet<number> | undefined, is: ReadonlySet<number> | undefined): number[] {
  return [...(is ?? [])].filter((ticket) => was?.has(ticket) !== true);
}

/** By when a place is to be named. In these histories it is winter: the day ends at midnight in London and by the clock. */
function dateOf({ naming }: Image, place: Held, since: number): number {
  if (place.reserved && place.until !== undefined) return Math.max(place.until * 1000, since);
  return naming === undefined ? Infinity : Math.max(Date.parse(naming.by) + day, since + naming.days * day);
}
