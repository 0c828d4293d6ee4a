import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { selectionErrors, type SelectionLists } from '../../../shared/applications/selection.ts';

const ids = fc
  .uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 12 })
  .map((numbers) => numbers.map((number) => `app_${String(number).padStart(12, '0')}`));
/** Endorsed applications, and for each the list in which it stands. */
const decisions = ids.chain((all) =>
  fc
    .array(fc.constantFrom('selected', 'alternates', 'notSelected'), { minLength: all.length, maxLength: all.length })
    .map((lists) => ({ all, lists: partition(all, lists) })),
);

function partition(all: readonly string[], lists: readonly string[]): SelectionLists {
  const of = (list: string) => all.filter((_id, index) => lists[index] === list);
  const notSelected = of('notSelected').map((application) => ({ application, reason: 'others-stronger' as const }));
  return { selected: of('selected'), alternates: of('alternates'), notSelected };
}

describe('a selection', () => {
  test('that has every endorsed application in one list is right, however they are spread', () => {
    fc.assert(
      fc.property(decisions, ({ all, lists }) => {
        expect(selectionErrors(lists, new Set(all))).toEqual([]);
      }),
    );
  });

  test('that leaves one out, has one too many, or has one twice, is wrong', () => {
    fc.assert(
      fc.property(
        decisions.filter(({ all }) => all.length > 0),
        ({ all, lists }) => {
          const [first = ''] = all;
          expect(selectionErrors(lists, new Set([...all, 'app_other']))).toHaveLength(1);
          expect(selectionErrors(lists, new Set(all.slice(1)))).toHaveLength(1);
          const twice = { ...lists, alternates: [...lists.alternates, first] };
          expect(selectionErrors(twice, new Set(all))).toHaveLength(1);
        },
      ),
    );
  });

  test('says where it is wrong, at most twenty times, and names at most twenty that are missing', () => {
    const many = Array.from({ length: 30 }, (_none, index) => `app_${String(index)}`);
    const none: SelectionLists = { selected: [], alternates: [], notSelected: [] };
    const [missing] = selectionErrors(none, new Set(many));
    expect(missing).toMatchObject({ field: 'notSelected', message: expect.stringMatching(/app_19, …$/) });
    expect(selectionErrors({ ...none, alternates: many }, new Set())).toHaveLength(20);
    const other = [{ application: 'app_0', reason: 'other' as const }];
    expect(selectionErrors({ ...none, notSelected: other }, new Set(['app_0']))).toEqual([
      { field: 'notSelected.0.words', message: 'Say which other reason' },
    ]);
    const said = [{ application: 'app_0', reason: 'other' as const, words: 'Moved away' }];
    expect(selectionErrors({ ...none, notSelected: said }, new Set(['app_0']))).toEqual([]);
  });
});
