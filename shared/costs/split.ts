import { digest } from '../ids.ts';

/** The most keys that one amount is split over; a cohort has at most 150 holders and its host. */
const mostKeys = 1000;

/**
 * Splits an amount in whole pence over keys in proportion to their weights, by largest remainder: every share is its exact
 * value rounded down or up, so less than one penny from it, and together they are the amount. Which of equal remainders
 * is rounded up is decided by a digest of seed and key: the same every time, in whatever order the keys come, and another
 * key with another seed. A key of weight nought gets nothing. The split of a credit (an amount below nought) is the exact
 * opposite of that of the same debt.
 *
 * Weights are whole numbers, nought or more. Throws when one is not, when none is above nought, when the amount is not
 * whole and exact (beyond 2^53), or when there are more than a thousand keys. What is inside is exact, whatever the size.
 */
export function splitPence(total: number, weights: ReadonlyMap<string, number>, seed: string): Map<string, number> {
  if (!Number.isSafeInteger(total)) throw new Error('An amount is a whole number of pence');
  if (weights.size > mostKeys) throw new Error(`An amount is split over ${String(mostKeys)} at most`);
  const sum = sumOf(weights);
  if (sum === 0n) throw new Error('Nobody has a weight above nought');
  const sign = total < 0 ? -1 : 1;
  const amount = BigInt(Math.abs(total));
  const parts = [...weights].map(([key, weight]) => {
    const product = amount * BigInt(weight);
    return { key, whole: product / sum, remainder: product % sum };
  });
  const odd = amount - parts.reduce((given, { whole }) => given + whole, 0n);
  const roundedUp = new Set([...parts].sort(byRemainder(seed)).slice(0, Number(odd)));
  // Nought is never below nought: `|| 0` makes of -0 what it is in JSON and in comparisons.
  return new Map(parts.map((part) => [part.key, sign * (Number(part.whole) + (roundedUp.has(part) ? 1 : 0)) || 0]));
}

function sumOf(weights: ReadonlyMap<string, number>): bigint {
  let sum = 0n;
  for (const weight of weights.values()) {
    if (!Number.isSafeInteger(weight) || weight < 0) throw new Error('A weight is a whole number, nought or more');
    sum += BigInt(weight);
  }
  return sum;
}

interface Part {
  readonly key: string;
  readonly remainder: bigint;
}

/** The largest remainder first; among equal ones by digest, which is worked out for those alone that need it. */
function byRemainder(seed: string): (one: Part, other: Part) => number {
  const digests = new Map<string, string>();
  const lotOf = (key: string) => {
    const known = digests.get(key) ?? digest(seed, key);
    digests.set(key, known);
    return known;
  };
  return (one, other) => {
    if (one.remainder !== other.remainder) return one.remainder > other.remainder ? -1 : 1;
    if (one.remainder === 0n || one.key === other.key) return 0;
    return lotOf(one.key) < lotOf(other.key) ? -1 : 1;
  };
}
