import { beforeAll, describe, expect, test } from '@jest/globals';
import { controls } from './controls.ts';
import { playHistories } from './play-histories.ts';
import type { HistoryResult } from './random-history.ts';

const results = new Map<string, HistoryResult>();

beforeAll(async () => {
  const plans = controls.map((control, index) => ({ ...control, until: control.finds, seed: 100 + index }));
  await playHistories(plans, (result, { without }) => results.set(without, result));
}, 600_000);

describe('control: a random history is found out', () => {
  test.each(controls)('without $without ($finds)', ({ without, finds }) => {
    expect(results.get(without)?.violations.counts).toMatchObject({ [finds]: expect.any(Number) });
  });
});
