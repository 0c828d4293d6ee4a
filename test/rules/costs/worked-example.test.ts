import { describe, expect, test } from '@jest/globals';
import type { CostLine } from '../../../shared/costs/cost-plan.ts';
import { chargesOf, type PlaceFact } from '../../../shared/costs/place-charges.ts';
import { shareOut, type Terms } from '../../../shared/costs/share-out.ts';
import { sharedCost } from '../../../shared/costs/shared-cost.ts';
import { usualPolicy, type SharingRule } from '../../../shared/costs/sharing-rule.ts';
import type { VatTreatment } from '../../../shared/costs/vat.ts';

/**
 * The cost of a cohort of "Aspiring Leaders", worked out by hand: £9,600.00 for the venue, £18,250.00 for the facilitator
 * and £1,333.33 for materials, shared by the host (ten of twenty places) and three partners (four, three and three).
 */
const firstDay = '2027-09-14';
const [host, council, trust, hospital] = ['org_barking', 'org_redbrid', 'org_neltrus', 'org_bartshe'] as const;

const line = (
  id: string,
  kind: CostLine['kind'],
  net: number,
  vatTreatment: VatTreatment,
  vatRecoverable: boolean,
): CostLine => ({ id, kind, description: id, planned: { net }, vatTreatment, vatRecoverable });
const untaxed = [
  line('venue', 'venue', 960_000, 'exempt', false),
  line('facilitator', 'faculty', 1_825_000, 'outside-scope', false),
  line('materials', 'materials', 133_333, 'to-be-confirmed', false),
];

const confirmed = (organisation: string, from: number, to: number): PlaceFact => ({
  kind: 'confirmed',
  organisation,
  tickets: Array.from({ length: to - from + 1 }, (_, index) => from + index),
  at: '2027-05-03T09:00:00.000Z',
});
const places = [
  confirmed(host, 1, 10),
  confirmed(council, 11, 14),
  confirmed(trust, 15, 17),
  confirmed(hospital, 18, 20),
];
/** The trust gives a place back three weeks before, and owes half of it. */
const lateLeaving = (ticket: number): PlaceFact => ({
  kind: 'gone',
  how: 'given-back',
  organisation: trust,
  tickets: [ticket],
  at: '2027-08-24T09:00:00.000Z',
});
const treatments: Terms['treatments'] = { [council]: 'standard', [trust]: 'outside-scope', [hospital]: 'reduced' };

const sharesBy = (rule: SharingRule, facts: readonly PlaceFact[] = places, shared = 2_918_333) => {
  const { charges } = chargesOf(facts, usualPolicy, firstDay);
  const shares = shareOut({ cohort: 'coh_0123456789ab', host, shared, rule, treatments, day: firstDay }, charges);
  return Object.fromEntries(shares.map((share) => [share.organisation, share]));
};
const nets = (shares: ReturnType<typeof sharesBy>) =>
  [council, trust, hospital, host].map((organisation) => shares[organisation]?.net);

describe('£29,183.33 among three partners and the host', () => {
  test('is what the plan comes to, no VAT being charged', () => {
    expect(sharedCost({ lines: untaxed, funding: [], firstDay }).planned).toMatchObject({
      cost: { net: 2_918_333, vat: 0, shared: 2_918_333 },
      toShare: 2_918_333,
    });
  });

  test('evenly: a quarter is £7,295.8325, and the odd penny falls on one of the four, always the same', () => {
    expect(nets(sharesBy({ by: 'evenly', host: true }))).toEqual([729_583, 729_584, 729_583, 729_583]);
  });

  test('evenly without the host: a third is £9,727.776…, so two of three bear a penny more', () => {
    expect(nets(sharesBy({ by: 'evenly', host: false }))).toEqual([972_778, 972_778, 972_777, 0]);
  });

  test('by places: £1,459.1665 each; the pennies go where .95, .95 and .60 of one were cut off, not to .50', () => {
    // 5,836.6660, 4,377.4995, 4,377.4995 and 14,591.6650.
    expect(nets(sharesBy({ by: 'places', host: true }))).toEqual([583_667, 437_750, 437_750, 1_459_166]);
  });

  test('by headcount, 2,400, 6,700, 17,500 and 7,400 of 34,000: .97 and .59 of a penny are rounded up', () => {
    const weights = [
      { organisation: council, weight: 2_400, asOf: '2027-03-31' },
      { organisation: trust, weight: 6_700, asOf: '2027-03-31' },
      { organisation: hospital, weight: 17_500, asOf: '2027-03-31' },
      { organisation: host, weight: 7_400, asOf: '2027-03-31' },
    ];
    // 2,059.9997…, 5,750.8326…, 15,020.8316… and 6,351.6659….
    const shares = nets(sharesBy({ by: 'weights', host: true, weights, otherwise: 0 }));
    expect(shares).toEqual([206_000, 575_083, 1_502_083, 635_167]);
  });

  test('by percentages, 15, 25, 20.5 and 39.5: .95 and .53 of a penny are rounded up', () => {
    const percentages = [
      { organisation: council, hundredths: 1_500 },
      { organisation: trust, hundredths: 2_500 },
      { organisation: hospital, hundredths: 2_050 },
      { organisation: host, hundredths: 3_950 },
    ];
    // 4,377.4995, 7,295.8325, 5,982.58265 and 11,527.41535.
    expect(nets(sharesBy({ by: 'percentages', percentages }))).toEqual([437_750, 729_583, 598_258, 1_152_742]);
    // The hospital never claimed, and the trust gave its only place back three weeks before: 12.5 per cent, and the host 72.5.
    const [few, gone] = [
      [confirmed(host, 1, 10), confirmed(council, 11, 14), confirmed(trust, 15, 15)],
      lateLeaving(15),
    ];
    // 4,377.4995, 3,647.91625 and 21,157.91425: .95 and .625 of a penny are rounded up.
    expect(sharesBy({ by: 'percentages', percentages }, [...few, gone])[hospital]).toBeUndefined();
    expect(nets(sharesBy({ by: 'percentages', percentages }, [...few, gone]))).toEqual([
      437_750,
      364_792,
      undefined,
      2_115_791,
    ]);
  });

  test('at a fixed price of £1,459.17 a place: the host bears the £14,591.63 that are left', () => {
    const shares = nets(sharesBy({ by: 'fixed-price', price: 145_917 }));
    expect(shares).toEqual([583_668, 437_751, 437_751, 1_459_163]);
  });

  test('with the VAT that the host adds: a fifth for the council, none for the trust, a twentieth for the hospital', () => {
    const shares = sharesBy({ by: 'places', host: true });
    // A fifth of 5,836.67 is 1,167.334; a twentieth of 4,377.50 is 218.875.
    expect([council, trust, hospital, host].map((organisation) => shares[organisation]?.vat)).toEqual([
      116_733, 0, 21_888, 0,
    ]);
    expect(shares[council]?.tickets).toEqual([11, 12, 13, 14]);
  });

  test('after the trust gave one place back three weeks before: it owes half of that, until another takes it', () => {
    const gone = lateLeaving(17);
    // 19.5 places: 5,986.3241…, 3,741.4525…, 4,489.7430… and 14,965.8102….
    const left = [...places, gone];
    expect(nets(sharesBy({ by: 'places', host: true }, left))).toEqual([598_633, 374_145, 448_974, 1_496_581]);
    expect(sharesBy({ by: 'places', host: true }, left)[trust]?.tickets).toEqual([15, 16, 17]);
    // 5,836.6660, 2,918.3330, 5,836.6660 and 14,591.6650: .60, .30, .60 and .50 of a penny.
    const taken = [...left, confirmed(hospital, 21, 21)];
    expect(nets(sharesBy({ by: 'places', host: true }, taken))).toEqual([583_667, 291_833, 583_667, 1_459_166]);
  });
});

test('with VAT on all of it, the facilitator’s not recovered, and a grant of £2,833.33: £30,000.00 to share', () => {
  const lines = [
    line('venue', 'venue', 960_000, 'standard', true),
    line('facilitator', 'faculty', 1_825_000, 'standard', false),
    line('materials', 'materials', 133_333, 'standard', true),
  ];
  const funding = [{ id: 'grant', kind: 'grant' as const, description: 'Regional grant', planned: 283_333 }];
  const { planned } = sharedCost({ lines, funding, firstDay });
  // VAT of 1,920.00, 3,650.00 and 266.67; the second of them is itself shared.
  expect(planned.cost).toEqual({
    net: 2_918_333,
    vat: 583_667,
    gross: 3_502_000,
    recoverable: 218_667,
    shared: 3_283_333,
  });
  expect(planned.toShare).toBe(3_000_000);
  expect(nets(sharesBy({ by: 'places', host: true }, places, 3_000_000))).toEqual([
    600_000, 450_000, 450_000, 1_500_000,
  ]);
});
