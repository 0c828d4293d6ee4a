import { describe, expect, test } from '@jest/globals';
import {
  daysOfPeriod,
  openPeriodFor,
  period,
  periodAfter,
  periodBefore,
  periodOf,
  periodsBetween,
} from '../../../shared/postings/period.ts';

describe('a period of accounts', () => {
  test.each([
    ['2027-11', '2027-12', '2027-10'],
    ['2027-12', '2028-01', '2027-11'],
    ['2028-01', '2028-02', '2027-12'],
    ['2028-03', '2028-04', '2028-02'],
  ])('%s is followed by %s and follows %s', (month, after, before) => {
    expect([periodAfter(month), periodBefore(month)]).toEqual([after, before]);
  });

  test.each([
    ['2027-02', '2027-02-28'],
    ['2028-02', '2028-02-29'],
    ['2027-04', '2027-04-30'],
    ['2027-12', '2027-12-31'],
  ])('%s goes from the first of the month to %s', (month, to) => {
    expect(daysOfPeriod(month)).toEqual({ from: `${month}-01`, to });
    expect(periodOf(to)).toBe(month);
  });

  test('periods between two are counted with both', () => {
    expect(periodsBetween('2027-11', '2028-02')).toEqual(['2027-11', '2027-12', '2028-01', '2028-02']);
    expect(periodsBetween('2027-11', '2027-11')).toEqual(['2027-11']);
    expect(periodsBetween('2027-12', '2027-11')).toEqual([]);
  });

  test.each([
    ['2027-09-30', undefined, '2027-09'],
    ['2027-09-30', '2027-08', '2027-09'],
    ['2027-09-30', '2027-09', '2027-10'],
    ['2027-09-30', '2027-12', '2028-01'],
  ])('what is of %s goes, all being closed up to %s, into %s', (day, through, month) => {
    expect(openPeriodFor(day, through)).toBe(month);
  });

  test('is a month of this century', () => {
    for (const wrong of ['2027-13', '2027-00', '2027-9', '1999-01', '2027-09-01', 'x2027-09']) {
      expect(period.safeParse(wrong).success).toBe(false);
    }
    expect(period.parse('2027-09')).toBe('2027-09');
  });
});
