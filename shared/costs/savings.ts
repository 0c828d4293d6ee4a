/** What a place would have cost an organisation without sharing: as it states itself, or by the plan of the cohort. */
export type AloneFigure =
  | { readonly method: 'stated'; readonly aPlace: number; readonly how: string }
  | {
      readonly method: 'fewest-viable';
      /** What there is to share of the cohort, in pence. */
      readonly cost: number;
      /** With how many places at least one would run this alone. */
      readonly fewestViable: number;
    };

/** What an organisation bears of a cohort, in pence net of the VAT that the host adds, and how many places it has for that. */
export interface Borne {
  readonly organisation: string;
  readonly places: number;
  readonly net: number;
}

/** An amount in pence, and the same a place to the nearest penny; without a place there is none. */
interface Amount {
  readonly net: number;
  readonly aPlace?: number;
}

/** What places cost shared and what they would have cost alone; without a figure for that, nothing was saved or lost. */
export interface Saving {
  readonly places: number;
  readonly shared: Amount;
  readonly alone?:
    | (Amount & { readonly method: 'stated'; readonly how: string })
    | (Amount & { readonly method: 'fewest-viable'; readonly fewestViable: number })
    | undefined;
  /** Alone less shared: below nought, sharing cost more. */
  readonly saved?: Amount | undefined;
}

/**
 * What sharing saved an organisation on one cohort: what its places would have cost alone, less what it bears. By the fewest
 * viable places one would have run the cohort as it was planned with so many; who has more places itself would have filled it
 * with those, so nobody is told to have saved more than the whole cost. To the nearest penny.
 */
export function savingOf({ places, net }: Pick<Borne, 'places' | 'net'>, figure: AloneFigure | undefined): Saving {
  const shared = amountOf(net, places);
  if (figure === undefined) return { places, shared };
  if (figure.method === 'stated') {
    const { method, how, aPlace } = figure;
    const alone = { method, how, net: aPlace * places, ...(places === 0 ? {} : { aPlace }) };
    return { places, shared, alone, saved: amountOf(alone.net - net, places) };
  }
  const { method, fewestViable } = figure;
  const alone = { method, fewestViable, ...aloneByPlan(places, figure) };
  return { places, shared, alone, saved: amountOf(alone.net - net, places) };
}

type ByFewestViable = Extract<AloneFigure, { readonly method: 'fewest-viable' }>;

function aloneByPlan(places: number, { cost, fewestViable }: ByFewestViable): Amount {
  const parts = BigInt(Math.max(fewestViable, places));
  const net = nearest(BigInt(cost) * BigInt(places), parts);
  return { net, ...(places === 0 ? {} : { aPlace: nearest(BigInt(cost), parts) }) };
}

/**
 * What sharing saved on a cohort as a whole: had each organisation done alone what it has places for, by the fewest viable
 * places for all of them, since what an organisation states itself is its own.
 */
export function savingOfAll(borne: readonly Borne[], figure: ByFewestViable | undefined): Saving {
  const places = borne.reduce((sum, one) => sum + one.places, 0);
  const net = borne.reduce((sum, one) => sum + one.net, 0);
  const shared = amountOf(net, places);
  if (figure === undefined) return { places, shared };
  const alone = amountOf(
    borne.reduce((sum, one) => sum + aloneByPlan(one.places, figure).net, 0),
    places,
  );
  const { method, fewestViable } = figure;
  const saved = amountOf(alone.net - net, places);
  return { places, shared, alone: { method, fewestViable, ...alone }, saved };
}

/** Several savings as one: sums over those for which there is a figure to compare with, by its method, and how many have none. */
export function sumOfSavings(savings: readonly Saving[]) {
  const compared = savings.flatMap(({ alone, ...saving }) => (alone === undefined ? [] : [{ ...saving, alone }]));
  const places = compared.reduce((sum, saving) => sum + saving.places, 0);
  const shared = compared.reduce((sum, saving) => sum + saving.shared.net, 0);
  const alone = compared.reduce((sum, saving) => sum + saving.alone.net, 0);
  const by = (method: AloneFigure['method']) => compared.filter((saving) => saving.alone.method === method).length;
  return {
    stated: by('stated'),
    fewestViable: by('fewest-viable'),
    notCompared: savings.length - compared.length,
    places,
    shared: amountOf(shared, places),
    alone: amountOf(alone, places),
    saved: amountOf(alone - shared, places),
  };
}

function amountOf(net: number, places: number): Amount {
  return { net, ...(places === 0 ? {} : { aPlace: nearest(BigInt(net), BigInt(places)) }) };
}

/** A fraction to the nearest whole number, half away from nought: what was saved and what sharing cost more round alike. */
function nearest(of: bigint, parts: bigint): number {
  const size = ((of < 0n ? -of : of) * 2n + parts) / (parts * 2n);
  return Number(of < 0n ? -size : size);
}
