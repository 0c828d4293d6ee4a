import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dayAfter } from '../../shared/clock.ts';
import { daysBetween, laterPlan } from '../../shared/cohorts/later-plan.ts';

const plan = {
  name: 'Autumn 2027',
  sessions: [
    { day: '2027-02-28', from: '09:30', to: '16:30', venue: 'King George Hospital' },
    { day: '2027-10-30', from: '09:30', to: '12:30' },
    { day: '2027-10-31', from: '13:30', to: '16:30' },
  ],
  capacity: 20,
  waitlist: 10,
  limit: 8,
  opensAt: '2027-01-01T09:00:00Z',
  held: [{ organisation: 'org_0123456', places: 2, until: '2027-01-31' }],
  allocation: { closesOn: '2027-02-01', method: 'in-turn' as const, priorities: [] },
  naming: { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 },
};

describe('a plan that is moved', () => {
  test('keeps times, venues and gaps, over the end of a month, of summer time and of a leap February', () => {
    expect(laterPlan(plan, 365).sessions).toEqual([
      { day: '2028-02-28', from: '09:30', to: '16:30', venue: 'King George Hospital' },
      { day: '2028-10-29', from: '09:30', to: '12:30' },
      { day: '2028-10-30', from: '13:30', to: '16:30' },
    ]);
    expect(laterPlan(plan, 365).held[0]?.until).toBe('2028-01-31');
    expect(laterPlan(plan, 365).allocation?.closesOn).toBe('2028-02-01');
    const applied = laterPlan({ ...plan, applications: { closesOn: '2027-02-01' } }, 365);
    expect(applied.applications?.closesOn).toBe('2028-02-01');
    expect(laterPlan(plan, 0)).toEqual(plan);
    expect(laterPlan(plan, -59).sessions[0]?.day).toBe('2026-12-31');
  });

  test('any days there and back, and any gap', () => {
    const days = fc.integer({ min: -3660, max: 3660 });
    const day = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, days, (one, other, later) => {
        expect(daysBetween(one, dayAfter(one, later))).toBe(later);
        expect(daysBetween(dayAfter(one, later), dayAfter(other, later))).toBe(daysBetween(one, other));
      }),
    );
  });
});
