import type { Charge, Share, Terms } from '../../../shared/costs/share-out.ts';
import { checkShares, type Fault } from './check-shares.ts';
import { randomShares, rulesBy, seededChance, sharers, shuffled } from './random-shares.ts';

/** A way to share out a cost: the one of shared/costs, or a wrong one as a control. */
export type Division = (terms: Terms, charges: readonly Charge[]) => Share[];

/** What is wrong with one split; or it is another one in another order, or when it is made again. */
export type SplitFault = Fault | 'order' | 'again';

export interface Tried {
  /** How many splits have each fault; without those that none has. */
  readonly faults: Readonly<Partial<Record<SplitFault, number>>>;
  /** How far the worst of all shares is from its exact value, in pence. */
  readonly furthest: number;
}

/** So many random splits, by each rule in turn, one in nine of them made again as it is; `each` is told after every one of them. The same seed gives the same ones. */
export function trySplits(
  division: Division,
  { splits, seed }: { readonly splits: number; readonly seed: number },
  each: () => void = () => undefined,
): Tried {
  const chance = seededChance(seed);
  const counts = new Map<SplitFault, number>();
  let furthest = 0;
  for (let index = 0; index < splits; index += 1) {
    const { terms, charges } = randomShares(chance, rulesBy[index % rulesBy.length] ?? 'evenly');
    const shares = division(terms, charges);
    const checked = checkShares(terms, charges, shares);
    furthest = Math.max(furthest, checked.furthest);
    const faults = new Set<SplitFault>(checked.faults);
    const written = JSON.stringify(shares);
    if (index % 9 === 0 && JSON.stringify(division(terms, charges)) !== written) faults.add('again');
    if (JSON.stringify(division(terms, shuffled(chance, charges))) !== written) faults.add('order');
    for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    each();
  }
  return { faults: Object.fromEntries(counts), furthest };
}

/**
 * On whom the odd penny falls when so many cohorts of the same seven organisations, the first of them the host, share
 * a cost evenly of which one penny is left: each organisation with how often it was its.
 */
export function oddPennies(
  division: Division,
  { cohorts, seed }: { readonly cohorts: number; readonly seed: number },
): ReadonlyMap<string, number> {
  const chance = seededChance(seed);
  const seven = sharers.slice(0, 7);
  const charges = seven.map((organisation, index) => ({
    organisation,
    ticket: index + 1,
    percent: 100,
    why: 'held' as const,
  }));
  const counts = new Map(seven.map((organisation) => [organisation, 0]));
  for (let number = 0; number < cohorts; number += 1) {
    const each = chance(1_000_000);
    const terms: Terms = {
      cohort: `coh_${String(seed)}${String(number)}`,
      host: seven[0] ?? '',
      shared: 7 * each + 1,
      rule: { by: 'evenly', host: true },
      treatments: {},
      day: '2027-09-14',
    };
    for (const { organisation, net } of division(terms, charges)) {
      if (net > each) counts.set(organisation, (counts.get(organisation) ?? 0) + 1);
    }
  }
  return counts;
}
