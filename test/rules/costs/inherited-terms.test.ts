import { expect, test } from '@jest/globals';
import { inheritedTerms } from '../../../shared/costs/inherited-terms.ts';

const [old, heir, other] = ['org_aaaaaaa', 'org_bbbbbbb', 'org_ccccccc'] as const;
const passed = [{ from: old, to: heir }];

test('a successor takes over the percentage, so that they are 100 per cent still; also in a row of successions', () => {
  const percentages = [
    { organisation: old, hundredths: 2500 },
    { organisation: other, hundredths: 7500 },
  ];
  const rule = { by: 'percentages' as const, percentages };
  const last = 'org_ddddddd';
  expect(inheritedTerms({ rule, treatments: {} }, [...passed, { from: heir, to: last }]).rule).toEqual({
    by: 'percentages',
    percentages: [
      { organisation: other, hundredths: 7500 },
      { organisation: last, hundredths: 2500 },
    ],
  });
});

test('VAT is treated as with its predecessor, unless finance has chosen for it', () => {
  const rule = { by: 'evenly' as const, host: true };
  const inherited = inheritedTerms({ rule, treatments: { [old]: 'standard' } }, passed);
  expect(inherited).toEqual({ rule, treatments: { [old]: 'standard', [heir]: 'standard' } });
  const chosen = { [old]: 'standard' as const, [heir]: 'exempt' as const };
  expect(inheritedTerms({ rule, treatments: chosen }, passed).treatments).toEqual(chosen);
});
