/** Among how many amounts the most groups are found for certain: each more doubles time and memory. */
export const mostForCertain = 20;

/**
 * Parts amounts that add up to nought (pence, none of them nought, twenty at most) into the greatest possible number of
 * groups that each add up to nought, and gives the groups as positions in the list. By dynamic programming over all
 * subsets: one member after another is taken away, in the order that leaves a sum of nought behind as often as
 * possible, and each time it does a group ends. The last amount is in the first group that is taken away, whatever the
 * order, so only subsets of the others are looked at: half a million for twenty.
 *
 * Throws when there are more than twenty, or when they do not add up to nought.
 */
export function mostGroups(amounts: readonly number[]): number[][] {
  if (amounts.length === 0) return [];
  if (amounts.length > mostForCertain)
    throw new Error(`Among ${String(amounts.length)} amounts it would take too long`);
  const others = amounts.slice(0, -1);
  const sums = sumsOfSubsets(others);
  if ((sums.at(-1) ?? 0) + (amounts.at(-1) ?? 0) !== 0) throw new Error('The amounts do not add up to nought');
  return takeApart(others.length, sums, mostEnds(sums));
}

/** The sum of each subset; a subset is a number whose bits say which amounts are in it. */
function sumsOfSubsets(amounts: readonly number[]): Float64Array {
  const sums = new Float64Array(1 << amounts.length);
  for (let subset = 1; subset < sums.length; subset += 1) {
    const lowest = 31 - Math.clz32(subset & -subset);
    sums[subset] = (sums[subset & (subset - 1)] ?? 0) + (amounts[lowest] ?? 0);
  }
  return sums;
}

/** How often at most a sum of nought is met when a subset is taken apart one by one, itself counted. */
function mostEnds(sums: Float64Array): Uint8Array {
  const ends = new Uint8Array(sums.length);
  for (let subset = 1; subset < sums.length; subset += 1) {
    let most = 0;
    for (let rest = subset; rest !== 0; rest &= rest - 1) {
      const without = ends[subset ^ (rest & -rest)] ?? 0;
      if (without > most) most = without;
    }
    ends[subset] = sums[subset] === 0 ? most + 1 : most;
  }
  return ends;
}

/** Takes all amounts away in an order that ends the most groups; the last amount, which is in no subset, comes first. */
function takeApart(count: number, sums: Float64Array, ends: Uint8Array): number[][] {
  let group = [count];
  const groups = [group];
  for (let subset = sums.length - 1; subset !== 0;) {
    const isEnd = sums[subset] === 0;
    if (isEnd) groups.push((group = []));
    const wanted = (ends[subset] ?? 0) - (isEnd ? 1 : 0);
    let member = 0;
    while ((subset & (1 << member)) === 0 || ends[subset ^ (1 << member)] !== wanted) member += 1;
    group.push(member);
    subset ^= 1 << member;
  }
  return groups;
}
