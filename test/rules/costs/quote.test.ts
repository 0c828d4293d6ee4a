import { describe, expect, test } from '@jest/globals';
import { chargesOf } from '../../../shared/costs/place-charges.ts';
import { quotePlaces, type Asked, type Quote } from '../../../shared/costs/quote.ts';
import { shareOut, type Charge, type Terms } from '../../../shared/costs/share-out.ts';
import { usualPolicy } from '../../../shared/costs/sharing-rule.ts';
import { confirmedFor, firstDay, happens, nothingYet, randomPolicy, type Recorded } from './random-places.ts';
import { randomShares, rulesBy, seededChance, sharers, type Chance } from './random-shares.ts';

/** A cohort of a random past, and what is asked of it. */
function randomAsking(chance: Chance, number: number) {
  const { terms: drawn } = randomShares(chance, rulesBy[number % rulesBy.length] ?? 'evenly');
  const terms: Terms = { ...drawn, shared: Math.abs(drawn.shared), cancelled: false };
  const policy = randomPolicy(chance);
  let past = nothingYet(1 + chance(12));
  for (let step = chance(20); step > 0; step -= 1) past = happens(past, chance, sharers.slice(0, 6), chance(10) === 0);
  const charged = chargesOf(past.facts, policy, firstDay);
  const asked: Asked = {
    organisation: sharers[chance(7)] ?? '',
    places: 1 + chance(4),
    free: past.capacity - past.held.size,
    policy,
    firstDay: charged.firstDay,
    now: new Date(past.at),
  };
  return { terms, past, asked, quote: quotePlaces(terms, charged.charges, asked) };
}

const amountsNow = (terms: Terms, { facts }: Recorded, { policy, organisation }: Asked) => {
  const share = shareOut(terms, chargesOf(facts, policy, firstDay).charges).find(
    (one) => one.organisation === organisation,
  );
  return { net: share?.net ?? 0, vat: share?.vat ?? 0 };
};
const isWithin = ({ net, vat }: { net: number; vat: number }, { least, most }: Pick<Quote, 'least' | 'most'>) =>
  net >= least.net && net <= most.net && vat >= least.vat && vat <= most.vat;

/** How often in random futures an organisation came to bear what lies outside the bounds that are drawn from its quote. */
function outside(boundsOf: (quote: Quote) => Pick<Quote, 'least' | 'most'>, askings: number): number {
  const chance = seededChance(41);
  let count = 0;
  for (let number = 0; number < askings; number += 1) {
    const { terms, past, asked, quote } = randomAsking(chance, number);
    if (asked.places > asked.free) continue;
    const others = [...sharers.slice(0, 10), terms.host].filter((one) => one !== asked.organisation);
    let future = confirmedFor(past, asked.organisation, asked.places);
    for (let step = 0; step < 12; step += 1) {
      if (!isWithin(amountsNow(terms, future, asked), boundsOf(quote))) count += 1;
      future = happens(future, chance, others, false);
    }
  }
  return count;
}

describe('a quote for more places', () => {
  test('in 1,500 random askings: the least is not above what it is now, nor that above the most', () => {
    const chance = seededChance(40);
    for (let number = 0; number < 1500; number += 1) {
      const { quote } = randomAsking(chance, number);
      expect(isWithin(quote.now, quote)).toBe(true);
      for (const { net, vat, more } of [quote.least, quote.now, quote.most]) {
        expect([net - more.net, vat - more.vat]).toEqual([quote.without.net, quote.without.vat]);
      }
    }
  });

  test('says to the penny what it is without them, and once they are confirmed', () => {
    const chance = seededChance(42);
    for (let number = 0; number < 500; number += 1) {
      const { terms, past, asked, quote } = randomAsking(chance, number);
      expect(quote.without).toEqual(amountsNow(terms, past, asked));
      const { net, vat } = quote.now;
      expect({ net, vat }).toEqual(amountsNow(terms, confirmedFor(past, asked.organisation, asked.places), asked));
    }
  });

  test('bounds what it comes to in random futures, whatever the others do', () => {
    expect(outside((quote) => quote, 1000)).toBe(0);
  });

  test('control: bounds a little narrower than that are overstepped', () => {
    const narrower = ({ now, least, most }: Quote) => {
      const between = (one: number, other: number) => Math.round((one + 3 * other) / 4);
      const nearer = (bound: Quote['now']) => ({
        ...bound,
        net: between(now.net, bound.net),
        vat: between(now.vat, bound.vat),
      });
      return { least: nearer(least), most: nearer(most) };
    };
    expect(outside(narrower, 500)).toBeGreaterThan(20);
  });
});

describe('a quote in figures', () => {
  const terms: Terms = {
    cohort: 'coh_0123456789ab',
    host: 'org_host',
    shared: 1_200_000,
    rule: { by: 'places', host: true },
    treatments: { org_a: 'standard' },
    day: firstDay,
  };
  const held = (organisation: string, ...tickets: number[]): Charge[] =>
    tickets.map((ticket) => ({ organisation, ticket, percent: 100, why: 'held' }));
  const charges = [...held('org_b', 1, 2), ...held('org_host', 3), ...held('org_a', 4)];
  /** Before the last free day, which is 17 August, or after the last on which a place owes a part. */
  const [early, late] = [new Date('2027-06-01T09:00:00Z'), new Date('2027-09-10T09:00:00Z')];
  const asked = { organisation: 'org_a', places: 2, free: 6, policy: usualPolicy, firstDay, now: early };
  const netsOf = (given: Partial<Terms>, asking: Partial<Asked> = {}) => {
    const { without, now, least, most } = quotePlaces({ ...terms, ...given }, charges, { ...asked, ...asking });
    return [without, least, now, most].map(({ net }) => net);
  };

  test('by places: at the least all ten are taken, at the most all others leave', () => {
    expect(netsOf({})).toEqual([300_000, 360_000, 600_000, 1_200_000]);
    // Nobody leaves at less than the whole any more.
    expect(netsOf({}, { now: late })).toEqual([300_000, 360_000, 600_000, 600_000]);
  });

  test('evenly: at the least each of the others is an organisation, at the most the host is alone with it', () => {
    expect(netsOf({ rule: { by: 'evenly', host: true } })).toEqual([400_000, 133_333, 400_000, 600_000]);
    expect(netsOf({ rule: { by: 'evenly', host: false } })).toEqual([600_000, 150_000, 600_000, 1_200_000]);
  });

  test('by weights: at the least the heaviest come', () => {
    const weights = [
      { organisation: 'org_a', weight: 2, asOf: '2027-03-31' },
      { organisation: 'org_c', weight: 10, asOf: '2027-03-31' },
      { organisation: 'org_host', weight: 3, asOf: '2027-03-31' },
    ];
    const rule = { by: 'weights' as const, host: true, weights, otherwise: 1 };
    // Beside its own two: the host and org_b, 4; the host, org_c and six others, 19; or the host alone, 3.
    expect(netsOf({ rule })).toEqual([400_000, 114_285, 400_000, 480_000]);
    // The host has taken org_a over: its three and two stand against the one of org_b, or against 16 in the six places left.
    const passed = charges.map((one) =>
      one.organisation === 'org_a' ? { ...one, organisation: 'org_host', first: 'org_a' } : one,
    );
    const { least, now, most } = quotePlaces({ ...terms, rule }, passed, { ...asked, organisation: 'org_host' });
    expect([least, now, most].map(({ net }) => net)).toEqual([285_714, 1_000_000, 1_200_000]);
  });

  test('by places: who stays away may owe less than who leaves', () => {
    const policy = { ...usualPolicy, unattendedPercent: 40 };
    // Three of its own, and three others of which 40 per cent is owed: three of 4.2.
    expect(netsOf({}, { now: late, policy })).toEqual([300_000, 360_000, 600_000, 857_143]);
  });

  test('what it owes itself: late places may be taken from it, and that nobody attended may be put right', () => {
    const rule = { by: 'fixed-price' as const, price: 50_000 };
    const own: Charge[] = [
      { organisation: 'org_b', ticket: 1, percent: 50, why: 'given-back' },
      { organisation: 'org_a', ticket: 2, percent: 50, why: 'released' },
      { organisation: 'org_a', ticket: 3, percent: 40, why: 'unattended' },
    ];
    const { without, now, least, most } = quotePlaces({ ...terms, rule }, own, { ...asked, places: 1 });
    expect([without, least, now, most].map(({ net }) => net)).toEqual([45_000, 70_000, 95_000, 125_000]);
  });

  test('at a fixed price: the price, whoever comes; and for the host what is left of it all', () => {
    const rule = { by: 'fixed-price' as const, price: 50_000 };
    expect(netsOf({ rule })).toEqual([50_000, 150_000, 150_000, 150_000]);
    // Seven of ten are others' then; or none.
    expect(netsOf({ rule }, { organisation: 'org_host' })).toEqual([1_050_000, 850_000, 1_050_000, 1_200_000]);
  });

  test('by percentages: what was agreed, from the first place on, and no more for another', () => {
    const percentages = [
      { organisation: 'org_a', hundredths: 2_500 },
      { organisation: 'org_b', hundredths: 3_000 },
      { organisation: 'org_c', hundredths: 4_500 },
    ];
    const rule = { by: 'percentages' as const, percentages };
    expect(netsOf({ rule })).toEqual([300_000, 300_000, 300_000, 300_000]);
    expect(netsOf({ rule }, { organisation: 'org_c' })).toEqual([0, 540_000, 540_000, 540_000]);
    expect(netsOf({ rule }, { organisation: 'org_d' })).toEqual([0, 0, 0, 0]);
    // A third of a penny: the odd one may come and go with the others, nothing else.
    expect(netsOf({ rule, shared: 3 }, { organisation: 'org_c' })).toEqual([0, 1, 1, 2]);
  });

  test('by percentages the host bears what is left: least when the highest come, all when nobody named does', () => {
    const percentages = [
      { organisation: 'org_a', hundredths: 2_500 },
      { organisation: 'org_b', hundredths: 3_000 },
      { organisation: 'org_c', hundredths: 3_500 },
      { organisation: 'org_host', hundredths: 1_000 },
    ];
    const rule = { by: 'percentages' as const, percentages };
    const asHost = { organisation: 'org_host', places: 1 };
    expect(netsOf({ rule }, asHost)).toEqual([540_000, 120_000, 540_000, 1_200_000]);
    // Four seats, two of them its own: only two of the three can come.
    expect(
      quotePlaces({ ...terms, rule }, held('org_b', 1).concat(held('org_host', 2)), { ...asked, ...asHost, free: 2 }),
    ).toMatchObject({
      now: { net: 840_000 },
      least: { net: 420_000 },
      most: { net: 1_200_000 },
    });
  });

  test('with the VAT between the host and the organisation, and what that is more', () => {
    expect(quotePlaces(terms, charges, asked).now).toEqual({
      net: 600_000,
      vat: 120_000,
      more: { net: 300_000, vat: 60_000 },
    });
  });
});
