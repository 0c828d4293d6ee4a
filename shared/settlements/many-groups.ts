import { canLookFor, eachGroupOf } from './groups-of-size.ts';
import { mostForCertain, mostGroups } from './most-groups.ts';

/** In how many orders the amounts are gone through; the best counts. */
const orders = 4;

/** The positions of a list in an order that follows from a number alone (a linear congruential shuffle). */
function inOrder(length: number, order: number): number[] {
  const positions = Array.from({ length }, (_, position) => position);
  if (order === 0) return positions;
  let state = order;
  for (let last = length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [positions[last], positions[other]] = [positions[other] ?? 0, positions[last] ?? 0];
  }
  return positions;
}

/**
 * Parts amounts that add up to nought (pence, none of them nought) into many groups that each add up to nought: small
 * ones first, as long as any can be found, and the last twenty for certain into the most. The best of several orders;
 * which they are follows from the number of amounts, and no more are tried once there are as many groups as there can
 * be at best. Two hundred amounts take seconds.
 */
export function manyGroups(amounts: readonly number[], atBest: number): number[][] {
  let best: number[][] = [];
  for (let order = 0; order < orders && best.length < atBest; order += 1) {
    const groups = takeSmallGroups(amounts, inOrder(amounts.length, order));
    if (groups.length > best.length) best = groups;
  }
  return best;
}

function takeSmallGroups(amounts: readonly number[], order: readonly number[]): number[][] {
  const groups: number[][] = [];
  let left = [...order];
  const amountsOf = (positions: readonly number[]) => positions.map((position) => amounts[position] ?? 0);
  const positionsOf = (members: readonly number[]) => members.map((member) => left[member] ?? 0);
  for (let size = 2; left.length > mostForCertain && canLookFor(size, left.length); size += 1) {
    const taken = new Set<number>();
    eachGroupOf(size, amountsOf(left), (members) => {
      groups.push(positionsOf(members));
      for (const position of positionsOf(members)) taken.add(position);
      return left.length - taken.size > mostForCertain ? 'take' : 'stop';
    });
    left = left.filter((position) => !taken.has(position));
  }
  if (left.length <= mostForCertain) return [...groups, ...mostGroups(amountsOf(left)).map(positionsOf)];
  return [...groups, left];
}

/**
 * A number of groups that is certainly not exceeded, however amounts (none of them nought) are parted into groups that
 * add up to nought. Each group needs somebody who pays and somebody who is paid. And whoever is in no group smaller
 * than three, say, is at most a third of a group: so for each the smallest group that it can be in is looked for, as
 * far as that can be done, and the parts are added up.
 */
export function mostGroupsAtBest(amounts: readonly number[]): number {
  const payers = amounts.filter((amount) => amount < 0).length;
  const smallest = smallestGroups(amounts);
  // Added up over the common multiple of all sizes up to 16, so that nothing is rounded.
  const multiple = 720_720;
  const parts = smallest.reduce((sum, size) => sum + multiple / Math.min(size, 16), 0);
  return Math.min(payers, amounts.length - payers, Math.floor(parts / multiple));
}

/** For each amount how many are at least in a group with it that adds up to nought. */
function smallestGroups(amounts: readonly number[]): number[] {
  const smallest = new Map<number, number>();
  let size = 2;
  for (; smallest.size < amounts.length && canLookFor(size, amounts.length); size += 1) {
    const sawAll = eachGroupOf(size, amounts, (members) => {
      for (const member of members) if (!smallest.has(member)) smallest.set(member, size);
      return smallest.size < amounts.length ? 'leave' : 'stop';
    });
    if (!sawAll) break;
  }
  return amounts.map((_, position) => smallest.get(position) ?? size);
}
