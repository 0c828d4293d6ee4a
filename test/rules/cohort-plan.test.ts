import { describe, expect, test } from '@jest/globals';
import { checkedDays, planErrors, type DayMatters } from '../../shared/cohorts/cohort-plan.ts';
import { sessionSchema } from '../../shared/cohorts/session.ts';

const morning = { day: '2027-09-14', from: '09:30', to: '12:30' };
const afternoon = { day: '2027-09-14', from: '12:30', to: '16:30' };
const later = { day: '2027-10-05', from: '09:30', to: '16:30' };
const plan = {
  sessions: [morning, afternoon, later],
  capacity: 20,
  waitlist: 10,
  limit: 6,
  opensAt: '2027-03-01T09:00:00Z',
  held: [],
};

describe('a plan of a cohort', () => {
  test('that fits together has a first and a last day', () => {
    expect(planErrors(plan)).toEqual([]);
    expect(checkedDays(plan)).toEqual({ firstDay: '2027-09-14', lastDay: '2027-10-05' });
  });

  test.each([
    ['sessions out of order', { sessions: [later, morning] }, ['sessions.1']],
    ['sessions that overlap', { sessions: [morning, { ...afternoon, from: '12:29' }] }, ['sessions.1']],
    ['a session twice', { sessions: [morning, morning] }, ['sessions.1']],
    ['a session that ends as it begins', { sessions: [{ ...morning, to: '09:30' }] }, ['sessions.0.to']],
    ['more places and waiting than a ledger holds', { capacity: 150, waitlist: 31 }, ['waitlist']],
    ['claims that open when the first day is over', { opensAt: '2027-09-14T23:00:00Z' }, ['opensAt']],
    ['applications until the first day', { applications: { closesOn: '2027-09-14' } }, ['applications.closesOn']],
    [
      'applications that close before they open',
      { applications: { closesOn: '2027-02-28' } },
      ['applications.closesOn'],
    ],
    [
      'places that are allocated, with less room to wait than there are places',
      { waitlist: 19, allocation: { closesOn: '2027-06-01', method: 'in-turn' as const, priorities: [] } },
      ['waitlist'],
    ],
    [
      'applications where places are allocated to claims',
      {
        waitlist: 20,
        applications: { closesOn: '2027-06-01' },
        allocation: { closesOn: '2027-06-01', method: 'in-turn' as const, priorities: [] },
      },
      ['applications'],
    ],
  ])('%s: refused with the field', (_name, change, fields) => {
    expect(planErrors({ ...plan, ...change }).map(({ field }) => field)).toEqual(fields);
    expect(() => checkedDays({ ...plan, ...change })).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  test('days that matter no longer may come after the first, and nothing else may be wrong for it', () => {
    const until = '2027-09-14';
    const held = [{ organisation: 'org_0123456', places: 7, until }];
    const allocation = { closesOn: until, method: 'in-turn' as const, priorities: [] };
    const late = { ...plan, waitlist: 20, held, allocation };
    const fieldsOf = (matters?: DayMatters) => planErrors(late, matters).map(({ field }) => field);
    expect(fieldsOf()).toEqual(['held.0.places', 'held.0.until', 'allocation.closesOn']);
    expect(fieldsOf((what) => what === 'closing')).toEqual(['held.0.places', 'allocation.closesOn']);
    expect(fieldsOf((what, day) => what === 'held' && day === until)).toEqual(['held.0.places', 'held.0.until']);
    expect(fieldsOf(() => false)).toEqual(['held.0.places']);
  });

  test.each([
    ['as many as a ledger holds', { capacity: 150, waitlist: 30 }],
    ['applications until the day before the first', { applications: { closesOn: '2027-09-13' } }],
    ['claims that open in the last minute of the first day, British Summer Time', { opensAt: '2027-09-14T22:59:59Z' }],
  ])('%s: taken', (_name, change) => {
    expect(planErrors({ ...plan, ...change })).toEqual([]);
  });
});

test('a session has a year of four digits that somebody may live to see', () => {
  expect(sessionSchema.safeParse({ ...morning, day: '2199-12-31' }).success).toBe(true);
  expect(sessionSchema.safeParse({ ...morning, day: '2200-01-01' }).success).toBe(false);
});
