import { describe, expect, test } from '@jest/globals';
import { readSchedule } from '../../local/schedule-expression.ts';

const start = new Date('2027-01-15T10:00:30.000Z');

/** The first strikes after a moment. */
function strikes(expression: string, after: Date | string, count = 1): (string | undefined)[] {
  const next = readSchedule(expression, start);
  let at: Date | undefined = new Date(after);
  return Array.from({ length: count }, () => {
    at = at === undefined ? undefined : next(at);
    return at?.toISOString().replace('.000Z', 'Z');
  });
}

test('a rate counts from the start and strikes strictly after the moment asked about', () => {
  expect(strikes('rate(5 minutes)', start, 2)).toEqual(['2027-01-15T10:05:30Z', '2027-01-15T10:10:30Z']);
  expect(strikes('rate(5 minutes)', '2027-01-15T10:05:29.999Z')).toEqual(['2027-01-15T10:05:30Z']);
  expect(strikes('rate(1 day)', '2027-02-01T00:00:00Z')).toEqual(['2027-02-01T10:00:30Z']);
  expect(strikes('rate(1 hour)', '2020-01-01T00:00:00Z')).toEqual(['2027-01-15T11:00:30Z']);
});

describe('a cron expression strikes in UTC', () => {
  test.each([
    ['cron(0 6 * * ? *)', '2027-01-15T06:00:00Z', '2027-01-16T06:00:00Z'],
    ['cron(0 6 * * ? *)', '2027-01-15T05:59:59.999Z', '2027-01-15T06:00:00Z'],
    ['cron(0/15 * * * ? *)', '2027-01-15T06:44:00Z', '2027-01-15T06:45:00Z'],
    ['cron(5-7,30 8 * * ? *)', '2027-01-15T08:06:10Z', '2027-01-15T08:07:00Z'],
    ['cron(0 9 ? * MON-FRI *)', '2027-01-15T09:00:00Z', '2027-01-18T09:00:00Z'],
    ['cron(0 9 ? * 1 *)', '2027-01-15T09:00:00Z', '2027-01-17T09:00:00Z'],
    ['cron(0 0 1 APR ? *)', '2027-01-15T00:00:00Z', '2027-04-01T00:00:00Z'],
    ['cron(0 0 29 2 ? *)', '2027-01-15T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(59 23 31 12 ? 2027)', '2027-01-15T00:00:00Z', '2027-12-31T23:59:00Z'],
  ])('%s after %s', (expression, after, at) => {
    expect(strikes(expression, after)).toEqual([at]);
  });

  test('never again when its year is over', () => {
    expect(strikes('cron(0 0 1 1 ? 2026)', start)).toEqual([undefined]);
  });
});

test.each([
  'rate(0 minutes)',
  'rate(5 weeks)',
  'rate(minutes)',
  'every five minutes',
  'at(2027-01-15T10:00:00)',
  'cron(0 6 * * ?)',
  'cron(0 6 L * ? *)',
  'cron(0 6 15W * ? *)',
  'cron(0 6 ? * 6#3 *)',
  'cron(60 6 * * ? *)',
  'cron(0/0 6 * * ? *)',
])('refuses %s', (expression) => {
  expect(() => readSchedule(expression, start)).toThrow();
});
