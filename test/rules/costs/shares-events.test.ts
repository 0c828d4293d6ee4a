import { expect, test } from '@jest/globals';
import { eventsOfShares, restateShares } from '../../../shared/costs/shares-events.ts';
import { sharesSchema } from '../../../shared/costs/shares.ts';

const [host, trust, council] = ['org_0000000', 'org_aaaaaaa', 'org_bbbbbbb'] as const;
const shareOf = (organisation: string, net: number) => ({
  organisation,
  net,
  vat: 0,
  treatment: 'exempt',
  tickets: [1],
});
const sharesOf = (version: number, nets: readonly (readonly [string, number])[], facts: Record<string, unknown> = {}) =>
  sharesSchema.parse({
    pk: 'COHORT#coh_0123456789ab',
    sk: 'SHARES',
    cohort: 'coh_0123456789ab',
    host,
    status: 'forecast',
    freezesOn: '2027-09-07',
    shared: 100,
    shares: nets.map(([organisation, net]) => shareOf(organisation, net)),
    changes: 3,
    steps: 0,
    closes: [],
    version,
    change: { type: 'forecast', by: 'cohortium', at: '2027-07-01T09:00:00.000Z' },
    ...facts,
  });
const brief = (told: ReturnType<typeof restateShares>) =>
  told.map(({ type, data, audience }) => [type, data['organisation'], data['net'], audience]);

test('a forecast is told to those for whom it is another, also when it is nought now; to nobody, what is another’s', () => {
  const before = sharesOf(1, [
    [trust, 60],
    [council, 40],
    [host, 0],
  ]);
  const after = sharesOf(2, [
    [trust, 100],
    [host, 0],
  ]);
  expect(brief(eventsOfShares(before, after))).toEqual([
    ['cost.forecast', trust, 100, [trust, host]],
    ['cost.forecast', council, 0, [council, host]],
  ]);
  expect(eventsOfShares(after, after)).toEqual([]);
});

test('a freeze date that is another is told to all', () => {
  const before = sharesOf(1, [[trust, 100]]);
  const after = sharesOf(2, [[trust, 100]], { freezesOn: '2027-09-14' });
  expect(eventsOfShares(before, after).map(({ data }) => data['freezesOn'])).toEqual(['2027-09-14']);
});

test('a freeze at which nobody owes anything is told to nobody', () => {
  const change = { type: 'posted', by: 'cohortium', at: '2027-09-07T00:00:00.000Z', posted: [] };
  expect(eventsOfShares(undefined, sharesOf(1, [[host, 100]], { status: 'posted', change }))).toEqual([]);
});

test('told anew, each hears what it bears', () => {
  const shares = sharesOf(3, [
    [trust, 60],
    [host, 40],
  ]);
  expect(brief(restateShares(shares))).toEqual([
    ['cost.shares-restated', trust, 60, [trust, host]],
    ['cost.shares-restated', host, 40, [host]],
  ]);
});
