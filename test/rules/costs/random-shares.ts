import { chargeReasons, type Charge, type Terms } from '../../../shared/costs/share-out.ts';
import type { SharingRule } from '../../../shared/costs/sharing-rule.ts';
import { vatTreatments } from '../../../shared/costs/vat.ts';
import { idOfRequest } from '../../../shared/ids.ts';

// Taken out of it once: in a test, each look at a global costs more than what is done with it.
const { floor, imul } = Math;

/** Numbers from nought to below the bound, the same for the same seed (mulberry32). */
export type Chance = (below: number) => number;

export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Organisations that take part in random cohorts; the first is their host. */
export const sharers = Array.from({ length: 30 }, (_, index) => idOfRequest('org', `sharer ${String(index)}`));

export const rulesBy = ['evenly', 'places', 'weights', 'percentages', 'fixed-price'] as const;

/** One of a list that is not empty. */
function oneOf<Thing>(chance: Chance, things: readonly [Thing, ...Thing[]]): Thing {
  return things[chance(things.length)] ?? things[0];
}

/** The list in another order, by chance. */
export function shuffled<Thing>(chance: Chance, things: readonly Thing[]): Thing[] {
  const left = [...things];
  return things.flatMap(() => left.splice(chance(left.length), 1));
}

/** So many of the sharers, by chance: every so-manieth of the thirty, so that none comes twice. */
function someOf(chance: Chance, count: number): string[] {
  const [from, step] = [chance(sharers.length), oneOf(chance, [1, 7, 11, 13])];
  return Array.from({ length: count }, (_, index) => sharers[(from + index * step) % sharers.length] ?? '');
}

/** A rule of the kind, over some of the organisations. */
function ruleBy(by: SharingRule['by'], chance: Chance, holders: readonly string[]): SharingRule {
  const host = chance(4) > 0;
  switch (by) {
    case 'evenly':
    case 'places':
      return { by, host };
    case 'weights': {
      const size = oneOf(chance, [10, 5_000, 10_000_000]);
      const weights = holders
        .filter(() => chance(5) > 0)
        .map((organisation) => ({ organisation, weight: chance(size + 1), asOf: '2027-03-31' }));
      return { by, host, weights, otherwise: chance(3) === 0 ? 0 : chance(size) };
    }
    case 'percentages': {
      const cuts = holders.slice(1).map(() => chance(10_001));
      const ends = [...cuts, 10_000].sort((one, other) => one - other);
      const percentages = holders.map((organisation, index) => ({
        organisation,
        hundredths: (ends[index] ?? 0) - (ends[index - 1] ?? 0),
      }));
      return { by, percentages };
    }
    case 'fixed-price':
      return { by, price: chance(oneOf(chance, [100, 100_000, 1_000_000])) };
  }
}

/** Terms and charges of a random cohort; amounts from a few pence to the most that a plan may hold, now and then a credit. */
export function randomShares(chance: Chance, by: SharingRule['by']): { terms: Terms; charges: Charge[] } {
  const holders = someOf(chance, 1 + chance(oneOf(chance, [3, 8, sharers.length])));
  const host = sharers[0] ?? '';
  const charges = Array.from({ length: chance(oneOf(chance, [4, 12, 40])) }, (_, index) => ({
    organisation: holders[chance(holders.length)] ?? host,
    ticket: index + 1,
    percent: chance(3) > 0 ? 100 : oneOf(chance, [0, 33, 50, 75, chance(101)]),
    why: oneOf(chance, chargeReasons),
    ...(chance(6) === 0 ? { first: sharers[chance(sharers.length)] ?? host } : {}),
  }));
  const treatments = Object.fromEntries(
    holders.filter(() => chance(3) > 0).map((organisation) => [organisation, oneOf(chance, vatTreatments)]),
  );
  const pounds = chance(oneOf(chance, [20, 10_000, 5_000_000, 10_000_000_001])) * (chance(20) === 0 ? -1 : 1) || 0;
  const cohort = `coh_${String(chance(1_000_000_000))}`;
  const rule = ruleBy(by, chance, holders);
  const terms = { cohort, host, shared: pounds, rule, treatments, day: '2027-09-14', cancelled: chance(50) === 0 };
  return { terms, charges };
}
