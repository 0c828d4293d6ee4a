import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endOfDay, epochSeconds, instantOf } from '../../shared/clock.ts';

describe('the end of a day', () => {
  test.each([
    ['in winter', '2027-01-15', '2027-01-16T00:00:00.000Z'],
    ['in summer', '2027-07-15', '2027-07-15T23:00:00.000Z'],
    ['on the eve of summer time', '2027-03-27', '2027-03-28T00:00:00.000Z'],
    ['on the day when summer time begins', '2027-03-28', '2027-03-28T23:00:00.000Z'],
    ['on the eve of winter time', '2027-10-30', '2027-10-30T23:00:00.000Z'],
    ['on the day when winter time begins', '2027-10-31', '2027-11-01T00:00:00.000Z'],
    ['at the end of a year', '2027-12-31', '2028-01-01T00:00:00.000Z'],
    ['on a leap day', '2028-02-29', '2028-03-01T00:00:00.000Z'],
  ])('is midnight in London: %s', (_when, day, instant) => {
    expect(endOfDay(day).toISOString()).toBe(instant);
  });

  const london = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const dayNumber = fc.integer({ min: 0, max: 36_524 });
  const isMidnight = (end: (day: string) => Date) =>
    fc.property(dayNumber, (number) => {
      const dayOf = (days: number) => new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10);
      const instant = end(dayOf(number));
      const before = new Date(instant.getTime() - 1);
      return (
        london.format(instant) === `${dayOf(number + 1)} 00:00:00` &&
        london.format(before) === `${dayOf(number)} 23:59:59`
      );
    });

  test('is the first instant at which London’s calendar shows the next, on every day of a century', () => {
    fc.assert(isMidnight(endOfDay), { numRuns: 1000 });
  });

  test('control: midnight in Greenwich all year, or an hour before it, is not', () => {
    const greenwich = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
    expect(fc.check(isMidnight(greenwich), { seed: 1 }).failed).toBe(true);
    expect(
      fc.check(
        isMidnight((day) => new Date(greenwich(day).getTime() - 3_600_000)),
        { seed: 1 },
      ).failed,
    ).toBe(true);
  });
});

describe('a time of day in London', () => {
  test.each([
    ['in winter', '2027-01-15', '09:30', '2027-01-15T09:30:00.000Z'],
    ['in summer', '2027-07-15', '09:30', '2027-07-15T08:30:00.000Z'],
    ['at the end of a summer day', '2027-07-15', '00:15', '2027-07-14T23:15:00.000Z'],
    ['on the day when summer time begins', '2027-03-28', '09:30', '2027-03-28T08:30:00.000Z'],
    ['just before it begins', '2027-03-28', '00:59', '2027-03-28T00:59:00.000Z'],
    ['in the hour that is left out', '2027-03-28', '01:30', '2027-03-28T01:30:00.000Z'],
    ['on the day when winter time begins', '2027-10-31', '09:30', '2027-10-31T09:30:00.000Z'],
    ['in the hour that comes twice', '2027-10-31', '01:30', '2027-10-31T00:30:00.000Z'],
  ])('%s', (_when, day, time, instant) => {
    expect(instantOf(day, time).toISOString()).toBe(instant);
  });

  const london = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const two = (number: number) => String(number).padStart(2, '0');
  const isShown = (read: (day: string, time: string) => Date) =>
    fc.property(fc.integer({ min: 0, max: 36_524 }), fc.integer({ min: 120, max: 1439 }), (number, minute) => {
      const day = new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10);
      const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
      return london.format(read(day, time)) === `${day} ${time}`;
    });

  test('is what London’s clocks show then, from two o’clock on every day of a century', () => {
    fc.assert(isShown(instantOf), { numRuns: 1000 });
  });

  test('control: Greenwich’s time all year is not', () => {
    expect(fc.check(isShown((day, time) => new Date(`${day}T${time}:00Z`))).failed).toBe(true);
  });
});

test('instants are kept in whole seconds, those that are over', () => {
  expect(epochSeconds(new Date('1970-01-01T00:00:01.000Z'))).toBe(1);
  expect(epochSeconds(new Date('1970-01-01T00:00:01.999Z'))).toBe(1);
});
