import { beforeAll, describe, expect, test } from '@jest/globals';
import { controls } from './controls.ts';
import { playHistories } from './play-histories.ts';
import type { HistoryResult } from './random-history.ts';

const results = new Map<string, HistoryResult>();

/** A history shows what it lacks only if certain requests meet; one that shows nothing is played again from other seeds. */
const mostRounds = 6;
const isFoundOut = ({ without, finds }: (typeof controls)[number]) =>
  results.get(without)?.violations.counts[finds] !== undefined;

beforeAll(async () => {
  for (let round = 1; round <= mostRounds; round += 1) {
    const plans = controls.flatMap((control, index) =>
      isFoundOut(control) ? [] : [{ ...control, until: control.finds, seed: 100 * round + index }],
    );
    await playHistories(plans, (result, { without }) => results.set(without, result));
  }
}, 600_000);

describe('control: a random history is found out', () => {
  test.each(controls)('without $without ($finds)', ({ without, finds }) => {
    expect(results.get(without)?.violations.counts).toMatchObject({ [finds]: expect.any(Number) });
  });
});
