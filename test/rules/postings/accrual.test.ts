import { describe, expect, test } from '@jest/globals';
import type { Shares } from '../../../shared/costs/shares.ts';
import { accrualsOf } from '../../../shared/postings/accrual.ts';
import { organisationNamed } from '../../support/cohorts.ts';

const [host, trust, council] = [organisationNamed('host'), organisationNamed('trust'), organisationNamed('council')];
const at = '2027-11-03T10:00:00.000Z';
const cohort = { sessions: ['2027-09-30', '2027-10-01', '2027-10-31', '2027-12-07'].map((day) => ({ day })) };
const share = (organisation: string, net: number) => {
  return { organisation, net, vat: 0, treatment: 'to-be-confirmed' as const, tickets: [1] };
};
const shares: Pick<Shares, 'cohort' | 'host' | 'frozen' | 'closes' | 'shares'> = {
  cohort: 'coh_0123456789ab',
  host,
  closes: [],
  shares: [share(host, 40_000), share(trust, 10_001), share(council, 6)],
};
const accrued = (month: string, of: Partial<typeof shares> = {}) =>
  accrualsOf(cohort, { ...shares, ...of }, month, at).map(({ debtor, net }) => [debtor, net]);

describe('what is accrued of a cohort', () => {
  test.each([
    ['2027-08', []],
    [
      '2027-09',
      [
        [trust, 2500],
        [council, 2],
      ],
    ],
    [
      '2027-10',
      [
        [trust, 7501],
        [council, 5],
      ],
    ],
    [
      '2027-11',
      [
        [trust, 7501],
        [council, 5],
      ],
    ],
    [
      '2027-12',
      [
        [trust, 10_001],
        [council, 6],
      ],
    ],
  ])('by the end of %s: shares by the sessions held, to the nearest penny, never the host’s', (month, wanted) => {
    expect(accrued(month)).toEqual(wanted);
  });

  test('says how many sessions it goes by, and to whom it is owed', () => {
    expect(accrualsOf(cohort, shares, '2027-10', at)[0]).toEqual({
      creditor: host,
      debtor: trust,
      cohort: 'coh_0123456789ab',
      period: '2027-10',
      net: 7501,
      sessions: { held: 3, of: 4 },
      at,
    });
  });

  test('nothing, once the shares were posted in that period or before', () => {
    const posted = { frozen: { at: '2027-10-31T23:59:59.000Z', changes: 3 } };
    expect(accrued('2027-10', posted)).toEqual([]);
    expect(accrued('2027-12', posted)).toEqual([]);
    expect(accrued('2027-09', posted)).toHaveLength(2);
    // It is the day in London that counts: in summer the last hour of the day before belongs to the next.
    const inSummer = { frozen: { at: '2027-09-30T23:30:00.000Z', changes: 3 } };
    expect(accrued('2027-09', inSummer)).toHaveLength(2);
  });

  test('of shares that came too late for their own period, until the period into which they were posted', () => {
    const late = { frozen: { at: '2027-09-07T00:00:00.000Z', changes: 3 } };
    expect(accrued('2027-09', late)).toEqual([]);
    const closes = [{ through: '2027-10', step: 1 }];
    expect(accrued('2027-10', { ...late, closes })).toHaveLength(2);
    expect(accrued('2027-11', { ...late, closes })).toEqual([]);
    // What was closed before a later step says nothing of the first.
    expect(accrued('2027-10', { ...late, closes: [{ through: '2027-10', step: 2 }] })).toEqual([]);
  });

  test('nothing where nothing is borne, and no credit', () => {
    expect(accrued('2027-12', { shares: [share(trust, 0), share(council, -300)] })).toEqual([]);
    expect(accrualsOf({ sessions: [] }, shares, '2027-12', at)).toEqual([]);
  });
});
