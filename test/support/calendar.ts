import ICAL from 'ical.js';

/** An iCalendar file as another program reads it. */
export function readCalendar(content: string) {
  const calendar = ICAL.Component.fromString(content);
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const textOf = (name: string) => component.getFirstPropertyValue(name)?.toString();
    return {
      uid: event.uid,
      sequence: event.sequence,
      stamp: textOf('dtstamp'),
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      summary: event.summary,
      location: textOf('location'),
      status: textOf('status'),
    };
  });
  const textOf = (name: string) => calendar.getFirstPropertyValue(name)?.toString();
  // The reader takes a field that it does not know as it stands there, with its escapes.
  const title = textOf('x-wr-calname')?.replaceAll(/\\(.)/gu, '$1');
  return { version: textOf('version'), method: textOf('method'), title, events };
}
