import { beforeAll, describe, expect, test } from '@jest/globals';
import { measurePostings, type PostingsLine } from './postings.ts';

const [few, many] = [40, 400];
let lines: readonly PostingsLine[];
beforeAll(async () => {
  lines = await measurePostings([few, many], { lines: [10, 300], rounds: 1 });
});

const unitsAt = (postings: number) =>
  lines.filter((line) => line.postings === postings).map(({ what, lines: own, read }) => [what, own, read]);

describe('what is read of postings, a statement and a cost plan', () => {
  test('costs the same whatever else is in the table', () => {
    expect(unitsAt(few).length).toBeGreaterThan(5);
    expect(unitsAt(many)).toEqual(unitsAt(few));
  });

  test('control: with more lines of its own it costs more', () => {
    for (const what of ['list-postings, all pages', 'issue-statement']) {
      const units = lines.filter((line) => line.what === what && line.postings === few).map(({ read }) => read);
      const [first = NaN, second = NaN] = units;
      expect(second).toBeGreaterThan(4 * first);
    }
  });
});
