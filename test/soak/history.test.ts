import { beforeAll, describe, expect, test } from '@jest/globals';
import { addUp, playHistories } from './play-histories.ts';
import type { HistoryResult } from './random-history.ts';

/**
 * Five thousand decisions, in histories side by side: what people ask for, and what the sweeper does by itself. `npm run
 * soak` plays more, from a seed of its own.
 */
const plans = [1, 2, 3, 4].map((seed) => ({ seed, decisions: 850 }));
const results: HistoryResult[] = [];

beforeAll(async () => {
  await playHistories(plans, (result) => results.push(result));
}, 600_000);

/** All histories together, as one record of counts. */
function together(): Readonly<Record<string, unknown>> {
  const total: Record<string, unknown> = {};
  for (const { violations: _violations, ...counts } of results) addUp(total, counts);
  return total;
}
const some = expect.any(Number);

describe('five thousand decisions under faults', () => {
  test('break no rule: nothing oversold, doubled, unfair, lost, invented or skipped', () => {
    expect(results.flatMap(({ violations }) => violations.examples)).toEqual([]);
    expect(together()['decisions']).toBeGreaterThanOrEqual(5000);
  });

  test('are of every kind', () => {
    expect(together()['changes']).toMatchObject({
      opened: some,
      claimed: some,
      'given-back': some,
      lapsed: some,
      compacted: some,
      'capacity-changed': some,
      closed: some,
      cancelled: some,
      named: some,
      unnamed: some,
      reminded: some,
      released: some,
      'claims-collected': some,
      'places-allocated': some,
    });
    expect(together()['replies']).toMatchObject({
      'claim answered': some,
      'claim cohort.not-found': some,
      'claim cohort.not-open': some,
      'claim place.full': some,
      'claim place.not-enough': some,
      'claim place.over-limit': some,
      'claim request.key-reused': some,
      'claim unknown': some,
      'give-back answered': some,
      'give-back place.not-found': some,
      'give-back place.named': some,
      'capacity answered': some,
      'capacity cohort.capacity-in-use': some,
      'status answered': some,
      'name answered': some,
      'name place.not-found': some,
      'name place.not-confirmed': some,
      'unname answered': some,
      'allocate answered': some,
      'allocate allocation.not-closed': some,
      'allocate allocation.fixed': some,
    });
  });

  test('meet every fault: throttles, conflicts, lost acknowledgements, late duplicates, failing relays and buses', () => {
    const attempts = { throttled: some, lost: some, conflicts: some };
    expect(together()['faults']).toMatchObject({
      deciding: { ...attempts, late: { claimed: some, 'given-back': some, 'capacity-changed': some } },
      relaying: { ...attempts, late: { other: some } },
    });
    const { faults } = together();
    expect(leastIn(faults)).toBeGreaterThan(0);
  });
});

/** The smallest number anywhere in a record of counts. */
function leastIn(counts: unknown): number {
  if (typeof counts !== 'object' || counts === null) return typeof counts === 'number' ? counts : Infinity;
  return Math.min(...Object.values(counts).map(leastIn));
}
