import { LowerHalves } from './lower-halves.ts';

/** The most halves that are kept at once (some thirty megabytes), and the most that are tried against them. */
const mostKept = 1_500_000;
const mostTried = 6_000_000;

/** How many sets of so many there are among so many. */
function combinations(among: number, size: number): number {
  let count = 1;
  for (let index = 0; index < size; index += 1) count = (count * (among - index)) / (index + 1);
  return Math.round(count);
}

/** Whether all groups of this size among so many amounts can be looked for: it takes memory and time. */
export function canLookFor(size: number, among: number): boolean {
  const lower = Math.floor(size / 2);
  return size <= among && combinations(among, lower) <= mostKept && combinations(among, size - lower) <= mostTried;
}

/** Told of each group; what it answers to: whether its members are taken, and whether to go on at all. */
export type Found = (members: readonly number[]) => 'take' | 'leave' | 'stop';

/**
 * Tells of the groups of exactly so many amounts that add up to nought, as positions in the list: each one once, but
 * those that have a member which was taken meanwhile. A group is met in its lower and its upper half: while the lowest
 * position of the upper ones rises, the lower halves that end just below it are put into a table by their sums, so that
 * whatever is found there has no position in common. Only for sizes that `canLookFor` allows.
 *
 * Answers whether it has seen all: it ends early when it is told to stop, or when equal sums are met so often that it
 * takes too long. That is counted in steps, never by a clock, so that the answer is the same each time.
 */
export function eachGroupOf(size: number, amounts: readonly number[], found: Found): boolean {
  const lowerSize = Math.floor(size / 2);
  const upperSize = size - lowerSize;
  const halves = new LowerHalves(lowerSize, combinations(amounts.length, lowerSize));
  const isTaken = new Uint8Array(amounts.length);
  const lower = new Uint16Array(lowerSize);
  const upper = new Uint16Array(upperSize);
  let steps = mostTried * 2;

  /** Puts in the lower halves that are made of those chosen, from the highest down, and `left` more below the last. */
  const putHalves = (left: number, below: number, sum: number): void => {
    if (left === 0) return halves.put(lower, sum);
    for (let position = below - 1; position >= left - 1; position -= 1) {
      if (isTaken[position] === 1) continue;
      lower[left - 1] = position;
      putHalves(left - 1, position, sum + (amounts[position] ?? 0));
    }
  };
  const hasTaken = (half: number) => {
    for (let index = 0; index < lowerSize; index += 1) if (isTaken[halves.member(half, index)] === 1) return true;
    return false;
  };
  /** Tells of the groups whose upper half is chosen. Whether to go on. */
  const meet = (sum: number): boolean => {
    for (let half = halves.lastWith(sum); half !== -1; half = halves.lastWith(sum, half)) {
      if ((steps -= 10) < 0) return false;
      if (hasTaken(half)) continue;
      const members = [...lower.map((_, index) => halves.member(half, index)), ...upper];
      const answer = found(members);
      if (answer === 'stop') return false;
      if (answer === 'leave') continue;
      for (const member of members) isTaken[member] = 1;
      return true;
    }
    return true;
  };
  /** Goes through the upper halves that are made of those chosen and of others behind the last. Whether to go on. */
  const meetHalves = (chosen: number, last: number, sum: number): boolean => {
    if ((steps -= 1) < 0) return false;
    if (chosen === upperSize) return meet(-sum);
    for (let position = last + 1; position <= amounts.length - (upperSize - chosen); position += 1) {
      if (isTaken[position] === 1) continue;
      upper[chosen] = position;
      if (!meetHalves(chosen + 1, position, sum + (amounts[position] ?? 0))) return false;
      if (isTaken[last] === 1) return true;
    }
    return true;
  };

  for (let lowest = lowerSize; lowest <= amounts.length - upperSize; lowest += 1) {
    const highest = lowest - 1;
    if (isTaken[highest] !== 1) {
      lower[lowerSize - 1] = highest;
      putHalves(lowerSize - 1, highest, amounts[highest] ?? 0);
    }
    if (isTaken[lowest] === 1) continue;
    upper[0] = lowest;
    if (!meetHalves(1, lowest, amounts[lowest] ?? 0)) return false;
  }
  return true;
}
