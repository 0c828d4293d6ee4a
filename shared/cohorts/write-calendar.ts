import { ICalCalendar, ICalCalendarMethod, ICalEventStatus, type ICalEventData } from 'ical-generator';
import type { CalendarEvent } from './calendar-events.ts';

const statuses = {
  tentative: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
} as const;

/**
 * Writes an iCalendar file (RFC 5545) of events under a title, the same bytes for the same events. Times are in UTC: every
 * calendar shows them right, also those that read no time zones of files. When every event is cancelled its method is
 * `CANCEL`, otherwise `PUBLISH`.
 */
export function writeCalendar(title: string, events: readonly CalendarEvent[]): string {
  const isCancelled = events.length > 0 && events.every(({ status }) => status === 'cancelled');
  const calendar = new ICalCalendar({
    prodId: '//Cohortium//Cohorts//EN',
    scale: 'GREGORIAN',
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    // The library writes a calendar's `name` as it is; a field of one's own it escapes.
    x: { 'X-WR-CALNAME': inOneLine(title) },
    events: events.map(noted),
  });
  return `${calendar.toString()}\r\n`;
}

function noted({ uid, sequence, stamp, start, end, summary, location, status }: CalendarEvent): ICalEventData {
  return {
    id: uid,
    sequence,
    stamp,
    start,
    end,
    summary: inOneLine(summary),
    ...(location === undefined ? {} : { location: inOneLine(location) }),
    status: statuses[status],
  };
}

/** Text as calendars take it: without line breaks and other control characters. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
