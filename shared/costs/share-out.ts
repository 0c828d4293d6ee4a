import type { SharingRule } from './sharing-rule.ts';
import { splitPence } from './split.ts';
import { vatOn, type VatTreatment } from './vat.ts';

/** Why a place is charged for: it is held, it was given back or released late, or none of its sessions was attended. */
export const chargeReasons = ['held', 'given-back', 'released', 'unattended'] as const;

/** A place that counts in the sharing of a cost, and with how much of it. */
export interface Charge {
  readonly organisation: string;
  readonly ticket: number;
  /** How much of the place counts, in per cent: a whole number from 0 to 100. */
  readonly percent: number;
  readonly why: (typeof chargeReasons)[number];
  /** For whom it was confirmed at first, where it has passed to a successor since: by that one's weight it weighs. */
  readonly first?: string | undefined;
}

/** What is shared, and how. */
export interface Terms {
  readonly cohort: string;
  readonly host: string;
  /** What is to be shared in pence, funding already taken off; net of the VAT that the host adds for its partners. */
  readonly shared: number;
  readonly rule: SharingRule;
  /** Between the host and each partner; who is not listed is `to-be-confirmed`. */
  readonly treatments: Readonly<Record<string, VatTreatment>>;
  /** The day (ISO date) by which rates of VAT are looked up. */
  readonly day: string;
  /** Set when the cohort was cancelled: nobody owes anything, whatever the rule. */
  readonly cancelled?: boolean | undefined;
}

/** What an organisation bears of a cost, in pence. */
export interface Share {
  readonly organisation: string;
  readonly net: number;
  readonly vat: number;
  readonly treatment: VatTreatment;
  /** The places that count for it, by their tickets, lowest first. */
  readonly tickets: readonly number[];
}

/**
 * What each organisation bears of the cost of a cohort, the host among them: a pure function of the terms and the charges,
 * in the order of the organisations' ids, in whatever order the charges come. All are in it who are charged for a place,
 * with nought where that is what they bear, and nobody else: who is named in a rule alone has agreed to nothing. The net
 * amounts add up to what is shared.
 *
 * Evenly and by weights, an organisation takes part with the largest part of a place that it is charged for, the host
 * with all of its own, since it takes part for itself; by places, with the sum of the parts, the host too. Of a succession
 * nobody else bears more or less by weights: the places that passed keep the weight of the organisation for which they were
 * confirmed, beside the successor's own. By percentages, an organisation bears of its own the largest part of a place that it
 * is charged for: none while it is charged for none; what is left of the whole is the host's. At a fixed price each place costs the
 * price, a part of one that part to the nearest penny (half a penny up), and the host bears what is left: below nought, it
 * keeps that. Where nobody takes part, the host bears all.
 *
 * VAT is added for each partner by the treatment between it and the host, and never for the host. Charges are at most a
 * few hundred; throws where the amounts are not whole pence.
 */
export function shareOut(terms: Terms, charges: readonly Charge[]): Share[] {
  const { host, shared, treatments, day } = terms;
  const tickets = ticketsBy(charges);
  const nets = netsOf(terms, charges);
  const rest = [...nets.values()].reduce((left, net) => left - net, shared);
  nets.set(host, (nets.get(host) ?? 0) + rest);
  const organisations = [...new Set([host, ...charges.map(({ organisation }) => organisation)])];
  return organisations.sort().map((organisation) => {
    const net = nets.get(organisation) ?? 0;
    const treatment = organisation === host ? 'outside-scope' : treatmentOf(treatments, organisation);
    return { organisation, net, vat: vatOn(net, treatment, day), treatment, tickets: tickets.get(organisation) ?? [] };
  });
}

/** How VAT is treated between the host and a partner: to be confirmed, where finance has not chosen yet. */
export function treatmentOf(treatments: Terms['treatments'], organisation: string): VatTreatment {
  return Object.hasOwn(treatments, organisation) ? (treatments[organisation] ?? 'to-be-confirmed') : 'to-be-confirmed';
}

/** What organisations bear by the rule; what is missing in it to the whole is the host's, or what is over. */
function netsOf({ cohort, host, shared, rule, cancelled }: Terms, charges: readonly Charge[]): Map<string, number> {
  if (cancelled === true) return new Map<string, number>();
  if (rule.by === 'fixed-price') return pricesOf(rule.price, charges);
  const weights = weightsBy(rule, host, charges);
  const isSomebody = [...weights.values()].some((weight) => weight > 0);
  return isSomebody ? splitPence(shared, weights, cohort) : new Map<string, number>();
}

function pricesOf(price: number, charges: readonly Charge[]): Map<string, number> {
  const prices = new Map<string, number>();
  for (const { organisation, percent } of charges) {
    prices.set(organisation, (prices.get(organisation) ?? 0) + priceOfPart(price, percent));
  }
  return prices;
}

/** What a part of a place, in per cent, costs at a fixed price: to the nearest penny, half a penny up. */
export function priceOfPart(price: number, percent: number): number {
  return Number((BigInt(price) * BigInt(percent) + 50n) / 100n);
}

/** What each organisation weighs under a rule that divides the cost. */
function weightsBy(
  rule: Exclude<SharingRule, { by: 'fixed-price' }>,
  host: string,
  charges: readonly Charge[],
): Map<string, number> {
  if (rule.by === 'percentages') return percentagesOf(rule, host, charges);
  if (rule.by === 'weights') return heaviness(rule, host, charges);
  const parts = new Map<string, number>();
  if (rule.by === 'evenly') parts.set(host, 100);
  for (const { organisation, percent } of charges) {
    const so = parts.get(organisation) ?? 0;
    parts.set(organisation, rule.by === 'places' ? so + percent : Math.max(so, percent));
  }
  if (!rule.host) parts.delete(host);
  return parts;
}

type ByPercentages = Extract<SharingRule, { readonly by: 'percentages' }>;

/** The whole of a cost in hundredths of a per cent, times the hundred per cent of a place. */
export const wholeCost = 10_000 * 100;

/** By percentages: of its own, the largest part of a place that each partner is charged for; and the host what is left. */
function percentagesOf({ percentages }: ByPercentages, host: string, charges: readonly Charge[]): Map<string, number> {
  const parts = new Map<string, number>();
  for (const { organisation, percent } of charges) {
    parts.set(organisation, Math.max(parts.get(organisation) ?? 0, percent));
  }
  const bears = new Map(
    percentages.map((one) => [one.organisation, one.hundredths * (parts.get(one.organisation) ?? 0)]),
  );
  bears.delete(host);
  const left = [...bears.values()].reduce((rest, share) => rest - share, wholeCost);
  return bears.set(host, left);
}

type ByWeights = Extract<SharingRule, { readonly by: 'weights' }>;

/** What an organisation weighs: as it is listed, or as others do. */
export function weightIn(rule: ByWeights): (organisation: string) => number {
  const weights = new Map(rule.weights.map(({ organisation, weight }) => [organisation, weight]));
  return (organisation) => weights.get(organisation) ?? rule.otherwise;
}

/** By weights: for each one whose places an organisation has, the largest part of one times its weight. */
function heaviness(rule: ByWeights, host: string, charges: readonly Charge[]): Map<string, number> {
  const weightOf = weightIn(rule);
  const holders = Map.groupBy(charges, ({ organisation }) => organisation);
  const heavy = new Map([...holders].map(([organisation, places]) => [organisation, weightOfPlaces(places, weightOf)]));
  heavy.delete(host);
  if (!rule.host) return heavy;
  const own: Charge = { organisation: host, ticket: 0, percent: 100, why: 'held' };
  return heavy.set(host, weightOfPlaces([own, ...(holders.get(host) ?? [])], weightOf));
}

/** What the places of one organisation weigh together. */
export function weightOfPlaces(places: readonly Charge[], weightOf: (organisation: string) => number): number {
  const parts = new Map<string, number>();
  for (const { organisation, first = organisation, percent } of places) {
    parts.set(first, Math.max(parts.get(first) ?? 0, percent));
  }
  return [...parts].reduce((sum, [first, part]) => sum + part * weightOf(first), 0);
}

/** The tickets that count for each organisation, lowest first. */
function ticketsBy(charges: readonly Charge[]): Map<string, number[]> {
  const tickets = new Map<string, number[]>();
  for (const { organisation, ticket, percent } of charges) {
    if (percent > 0) tickets.set(organisation, [...(tickets.get(organisation) ?? []), ticket]);
  }
  for (const of of tickets.values()) of.sort((one, other) => one - other);
  return tickets;
}
