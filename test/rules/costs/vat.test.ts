import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { vatOn, vatPercent, vatTreatments } from '../../../shared/costs/vat.ts';

const day = '2027-09-14';

describe('VAT', () => {
  test.each([
    ['standard', 20],
    ['reduced', 5],
    ['exempt', 0],
    ['outside-scope', 0],
    ['to-be-confirmed', 0],
  ] as const)('under the treatment %s is %s per cent', (treatment, percent) => {
    expect(vatPercent(treatment, day)).toBe(percent);
  });

  test('is reckoned by the rate of the day, and by none before the first that is known', () => {
    expect(vatPercent('standard', '2011-01-04')).toBe(20);
    expect(() => vatPercent('standard', '2011-01-03')).toThrow('2011-01-03');
    expect(vatPercent('exempt', '1970-01-01')).toBe(0);
  });

  test('is rounded to the nearest penny, half a penny away from nought', () => {
    // A fifth of 12 and of 13 pence is 2.4 and 2.6; a twentieth of 10 is half a penny.
    expect([12, 13].map((net) => vatOn(net, 'standard', day))).toEqual([2, 3]);
    expect([9, 10, -10, -9].map((net) => vatOn(net, 'reduced', day))).toEqual([0, 1, -1, 0]);
  });

  test('on a credit is the exact opposite of that on the debt, so that a reversal leaves nothing', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000_000), fc.constantFrom(...vatTreatments), (net, treatment) => {
        expect(vatOn(net, treatment, day) + vatOn(-net, treatment, day)).toBe(0);
      }),
    );
  });
});
