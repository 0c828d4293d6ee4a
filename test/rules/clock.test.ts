import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endOfDay, epochSeconds } from '../../shared/clock.ts';

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

test('instants are kept in whole seconds, those that are over', () => {
  expect(epochSeconds(new Date('1970-01-01T00:00:01.000Z'))).toBe(1);
  expect(epochSeconds(new Date('1970-01-01T00:00:01.999Z'))).toBe(1);
});
