import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { calendarEventsOf, type CalendarEvent } from '../../shared/cohorts/calendar-events.ts';
import { writeCalendar } from '../../shared/cohorts/write-calendar.ts';
import { readCalendar } from '../support/calendar.ts';
import { cohortOf } from '../support/cohorts.ts';

const times = { from: '09:30', to: '16:30' };
const cohort = cohortOf({
  id: 'coh_0123456789ab',
  title: 'Aspiring Leaders',
  name: 'Spring 2027',
  sessions: [
    { id: '1-1', day: '2027-03-27', ...times, venue: 'King George Hospital, Goodmayes' },
    { id: '1-2', day: '2027-03-28', ...times },
    { id: '1-3', day: '2027-10-30', ...times },
    { id: '3-1', day: '2027-10-31', ...times },
  ],
  version: 3,
  change: { type: 'opened', by: 'mem_given', at: '2027-01-05T10:11:12.345Z' },
});

describe('a cohort in a calendar', () => {
  test('is an event a session, with its place and its times in London, over both ends of summer time', () => {
    const read = readCalendar(writeCalendar('Aspiring Leaders: Spring 2027', calendarEventsOf(cohort, 'open')));
    const same = {
      sequence: 3,
      stamp: '2027-01-05T10:11:12Z',
      summary: 'Aspiring Leaders: Spring 2027',
      location: undefined,
      status: 'CONFIRMED',
    };
    const at = (uid: string, start: string, end: string) => ({ uid, start, end, ...same });
    expect(read).toEqual({
      version: '2.0',
      method: 'PUBLISH',
      title: 'Aspiring Leaders: Spring 2027',
      events: [
        {
          ...at('coh_0123456789ab.1-1@cohortium', '2027-03-27T09:30:00.000Z', '2027-03-27T16:30:00.000Z'),
          location: 'King George Hospital, Goodmayes',
        },
        at('coh_0123456789ab.1-2@cohortium', '2027-03-28T08:30:00.000Z', '2027-03-28T15:30:00.000Z'),
        at('coh_0123456789ab.1-3@cohortium', '2027-10-30T08:30:00.000Z', '2027-10-30T15:30:00.000Z'),
        at('coh_0123456789ab.3-1@cohortium', '2027-10-31T09:30:00.000Z', '2027-10-31T16:30:00.000Z'),
      ],
    });
  });

  test.each([
    ['draft', 'TENTATIVE', 'PUBLISH', 3],
    ['open', 'CONFIRMED', 'PUBLISH', 3],
    ['closed', 'CONFIRMED', 'PUBLISH', 3],
    ['cancelled', 'CANCELLED', 'CANCEL', 4],
  ] as const)('%s is shown as %s, by the method %s, in sequence', (state, status, method, sequence) => {
    const read = readCalendar(writeCalendar('Any', calendarEventsOf(cohort, state)));
    expect(read.method).toBe(method);
    expect(new Set(read.events.map((event) => event.status))).toEqual(new Set([status]));
    expect(new Set(read.events.map((event) => event.sequence))).toEqual(new Set([sequence]));
  });

  test('a moved session is the same event with a higher number, and what is cancelled after that a higher one still', () => {
    const moved = { ...cohort, version: 4, sessions: [{ id: '1-2', day: '2027-04-01', ...times }] };
    const [before] = calendarEventsOf(cohort, 'open').slice(1);
    const [after] = calendarEventsOf(moved, 'open');
    const [cancelled] = calendarEventsOf(moved, 'cancelled');
    const [archived] = calendarEventsOf({ ...moved, version: 5 }, 'cancelled');
    expect(after?.uid).toBe(before?.uid);
    expect(after?.start).not.toEqual(before?.start);
    const sequences = [before, after, cancelled, archived].map((event) => event?.sequence);
    expect(sequences).toEqual([3, 4, 5, 6]);
  });

  test('is the same bytes each time, in lines of at most 75 bytes that end as they have to', () => {
    const long = { ...cohort, title: 'Führung über Grenzen 🧭 '.repeat(4).trim(), name: 'Spring, 2027; the \\ second' };
    const write = () => writeCalendar(`${long.title}: ${long.name}`, calendarEventsOf(long, 'open'));
    expect(write()).toBe(write());
    const lines = write().split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.filter((line) => /[\r\n]/.test(line) || Buffer.byteLength(line) > 75)).toEqual([]);
    expect(readCalendar(write()).events[0]?.summary).toBe(`${long.title}: ${long.name}`);
  });

  test('calendars of several cohorts are one file; it is a cancellation only when all of it is cancelled', () => {
    const other = cohortOf({ name: 'Another' });
    const both = [...calendarEventsOf(cohort, 'cancelled'), ...calendarEventsOf(other, 'open')];
    const read = readCalendar(writeCalendar('My places', both));
    expect(read.method).toBe('PUBLISH');
    expect(read.events).toHaveLength(6);
    expect(new Set(read.events.map(({ uid }) => uid)).size).toBe(6);
    expect(readCalendar(writeCalendar('None', []))).toMatchObject({ method: 'PUBLISH', events: [] });
  });
});

describe('text in a calendar', () => {
  const written = (text: string) => {
    const [event] = calendarEventsOf({ ...cohort, sessions: cohort.sessions.slice(0, 1) }, 'open');
    const events: CalendarEvent[] = event === undefined ? [] : [{ ...event, summary: text, location: text }];
    return readCalendar(writeCalendar(text, events));
  };

  test('cannot become anything else than text: no event, no field, no line of its own', () => {
    const text = 'A\r\nEND:VEVENT\nBEGIN:VEVENT\rUID:other\u2028ATTACH:http://example.com\u0000;B,C\\nD';
    const read = written(text);
    const plain = 'A END:VEVENT BEGIN:VEVENT UID:other ATTACH:http://example.com ;B,C\\nD';
    expect(read.events).toHaveLength(1);
    expect(read).toMatchObject({ title: plain, events: [{ summary: plain, location: plain }] });
  });

  test('whatever it is, is read again as it was written', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
      .map((any) => any.trim())
      .filter((any) => any !== '' && !/[\p{Cc}\u2028\u2029]/u.test(any));
    fc.assert(
      fc.property(text, (any) => {
        expect(written(any)).toMatchObject({ title: any, events: [{ summary: any, location: any }] });
      }),
      { numRuns: 300 },
    );
  });
});
