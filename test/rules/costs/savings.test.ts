import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { savingOf, savingOfAll, sumOfSavings, type AloneFigure } from '../../../shared/costs/savings.ts';

/**
 * £29,183.33 shared by places among fifteen of them: £1,945.5553… each. With twelve places at least one would run it alone:
 * £2,431.9441… each.
 */
const cost = 2_918_333;
const viable = { method: 'fewest-viable', cost, fewestViable: 12 } as const;
const stated = (aPlace: number): AloneFigure => ({ method: 'stated', aPlace, how: 'What we paid last year' });

describe('what sharing saved an organisation', () => {
  test('by the fewest viable places: four cost £9,727.78 alone, and £7,782.22 shared', () => {
    expect(savingOf({ places: 4, net: 778_222 }, viable)).toEqual({
      places: 4,
      shared: { net: 778_222, aPlace: 194_556 },
      alone: { method: 'fewest-viable', fewestViable: 12, net: 972_778, aPlace: 243_194 },
      saved: { net: 194_556, aPlace: 48_639 },
    });
  });

  test('with as many places as that, or more, it would have borne the whole cost, and no more', () => {
    const aloneWith = (places: number) => savingOf({ places, net: 0 }, viable).alone;
    expect(aloneWith(11)).toMatchObject({ net: 2_675_139, aPlace: 243_194 });
    expect(aloneWith(12)).toMatchObject({ net: cost, aPlace: 243_194 });
    expect(aloneWith(14)).toMatchObject({ net: cost, aPlace: 208_452 });
  });

  test('by its own figure, with how that was worked out', () => {
    expect(savingOf({ places: 4, net: 778_222 }, stated(245_000))).toEqual({
      places: 4,
      shared: { net: 778_222, aPlace: 194_556 },
      alone: { method: 'stated', how: 'What we paid last year', net: 980_000, aPlace: 245_000 },
      saved: { net: 201_778, aPlace: 50_445 },
    });
    expect(savingOf({ places: 1, net: 5 }, stated(0)).saved).toEqual({ net: -5, aPlace: -5 });
  });

  test('below nought, where sharing cost more; half a penny rounds away from nought', () => {
    expect(savingOf({ places: 4, net: 778_222 }, stated(150_000)).saved).toEqual({ net: -178_222, aPlace: -44_556 });
    expect(savingOf({ places: 2, net: -1 }, viable).shared).toEqual({ net: -1, aPlace: -1 });
  });

  test('without a place: what is borne all the same was not saved', () => {
    const borne = { places: 0, net: 97_278 };
    const shown = { places: 0, shared: { net: 97_278 }, saved: { net: -97_278 } };
    expect(savingOf(borne, viable)).toEqual({
      ...shown,
      alone: { method: 'fewest-viable', fewestViable: 12, net: 0 },
    });
    const { how, ...alone } = { method: 'stated', how: 'What we paid last year', net: 0 };
    expect(savingOf(borne, stated(245_000))).toEqual({ ...shown, alone: { ...alone, how } });
  });

  test('is not told without a figure to compare with', () => {
    expect(savingOf({ places: 4, net: 778_222 }, undefined)).toEqual({
      places: 4,
      shared: { net: 778_222, aPlace: 194_556 },
    });
  });
});

const borne = [
  { organisation: 'org_neltrus', places: 4, net: 778_222 },
  { organisation: 'org_bartshe', places: 11, net: 2_140_111 },
  { organisation: 'org_barking', places: 0, net: 0 },
];

describe('what sharing saved all together', () => {
  test('is what each would have borne alone, less the cost: £9,727.78 and £26,751.39, less £29,183.33', () => {
    expect(savingOfAll(borne, viable)).toEqual({
      places: 15,
      shared: { net: cost, aPlace: 194_556 },
      alone: { method: 'fewest-viable', fewestViable: 12, net: 3_647_917, aPlace: 243_194 },
      saved: { net: 729_584, aPlace: 48_639 },
    });
    expect(savingOfAll(borne, undefined)).toEqual({ places: 15, shared: { net: cost, aPlace: 194_556 } });
    expect(savingOfAll([], viable)).toMatchObject({ places: 0, shared: { net: 0 }, saved: { net: 0 } });
  });

  test('is the sum of what each saved, and nobody would have borne more alone than the whole cost', () => {
    const parties = fc.array(fc.record({ places: fc.nat(150), net: fc.integer({ min: -(10 ** 9), max: 10 ** 9 }) }), {
      maxLength: 20,
    });
    const plans = fc.record({ cost: fc.nat(10 ** 10), fewestViable: fc.integer({ min: 1, max: 150 }) });
    fc.assert(
      fc.property(parties, plans, (some, plan) => {
        const figure = { method: 'fewest-viable' as const, ...plan };
        const each = some.map((one) => savingOf(one, figure));
        const all = savingOfAll(
          some.map((one, index) => ({ organisation: `org_${String(index)}`, ...one })),
          figure,
        );
        const sum = sumOfSavings(each);
        expect([all.shared, all.saved, all.alone?.net]).toEqual([sum.shared, sum.saved, sum.alone.net]);
        for (const { alone } of each) expect(alone?.net).toBeLessThanOrEqual(plan.cost);
      }),
    );
  });
});

describe('several savings as one', () => {
  test('are summed up where there is a figure, and counted by its method', () => {
    const one = savingOf({ places: 4, net: 778_222 }, viable);
    const other = savingOf({ places: 2, net: 100_000 }, stated(60_000));
    const without = savingOf({ places: 5, net: 500_000 }, undefined);
    expect(sumOfSavings([one, other, without])).toEqual({
      stated: 1,
      fewestViable: 1,
      notCompared: 1,
      places: 6,
      shared: { net: 878_222, aPlace: 146_370 },
      alone: { net: 1_092_778, aPlace: 182_130 },
      saved: { net: 214_556, aPlace: 35_759 },
    });
    const nothing = { net: 0 };
    expect(sumOfSavings([])).toMatchObject({ places: 0, shared: nothing, alone: nothing, saved: nothing });
  });
});
