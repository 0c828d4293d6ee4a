import { percentOfLeaving, takeOff } from './place-charges.ts';
import {
  priceOfPart,
  shareOut,
  treatmentOf,
  weightIn,
  weightOfPlaces,
  wholeCost,
  type Charge,
  type Terms,
} from './share-out.ts';
import type { PlacePolicy, SharingRule } from './sharing-rule.ts';
import { vatOn } from './vat.ts';

/** An amount in pence. */
interface Amount {
  readonly net: number;
  readonly vat: number;
}

/** What an organisation would bear in all, and how much more that is than what it bears without the places. */
interface Quoted extends Amount {
  readonly more: Amount;
}

export interface Quote {
  /** What it bears without them, as everything stands. */
  readonly without: Amount;
  /** With them, everything else staying as it stands. */
  readonly now: Quoted;
  /** Whatever others do: no less than this, and no more than that. */
  readonly least: Quoted;
  readonly most: Quoted;
}

/** What is asked: how many more places for whom, and what stands now. */
export interface Asked {
  readonly organisation: string;
  /** How many more: from 1 to 50, as in one claim. */
  readonly places: number;
  /** How many places of the cohort nobody has now. */
  readonly free: number;
  readonly policy: PlacePolicy;
  readonly firstDay: string;
  readonly now: Date;
}

/**
 * What more places would cost an organisation once they are confirmed: as everything stands, and between which amounts it
 * then stays, whatever the others do. It holds as long as the cost, the rule, the policy, the days and the number of places
 * stay, the cohort is not cancelled, and the organisation itself keeps its places and its people attend.
 *
 * At the least, every place that is free or can still come free is taken by others, each by an organisation of its
 * own and the heaviest first, and what the organisation gave back late is taken from it. At the most, everybody else leaves
 * as cheaply as the policy lets them from today on, or stays away where that is cheaper, and what they owe for is taken by
 * those who weigh least, such as the host where it bears none. Both are rounded away from what is between them, so that no
 * odd penny falls outside.
 *
 * `charges` as `chargesOf` gives them, late ones first: a few hundred at most.
 */
export function quotePlaces(terms: Terms, charges: readonly Charge[], asked: Asked): Quote {
  const granted = withPlaces(charges, asked);
  const without = netOf(terms, charges, asked.organisation);
  const now = netOf(terms, granted, asked.organisation);
  const [least, most] = rangeOf(terms, granted, { ...asked, seats: charges.filter(isHeld).length + asked.free }) ?? [
    now,
    now,
  ];
  const amountOf = (net: number): Amount => ({ net, vat: vatFor(terms, asked.organisation, net) });
  const before = amountOf(without);
  const quoted = (net: number): Quoted => {
    const { vat } = amountOf(net);
    return { net, vat, more: { net: net - before.net, vat: vat - before.vat } };
  };
  return { without: before, now: quoted(now), least: quoted(least), most: quoted(most) };
}

function isHeld({ why }: Charge): boolean {
  return why === 'held' || why === 'unattended';
}

/** The charges once the places are confirmed: each takes one off that ended late, as `chargesOf` has it. */
function withPlaces(charges: readonly Charge[], { organisation, places }: Asked): Charge[] {
  let ended = charges.filter((charge) => !isHeld(charge));
  const held = charges.filter(isHeld);
  const next = charges.reduce((highest, { ticket }) => Math.max(highest, ticket), 0) + 1;
  for (let more = 0; more < places; more += 1) {
    ended = takeOff(ended, organisation).left;
    held.push({ organisation, ticket: next + more, percent: 100, why: 'held' });
  }
  return [...ended, ...held];
}

function netOf(terms: Terms, charges: readonly Charge[], organisation: string): number {
  return shareOut(terms, charges).find((share) => share.organisation === organisation)?.net ?? 0;
}

function vatFor({ host, treatments, day }: Terms, organisation: string, net: number): number {
  return organisation === host ? 0 : vatOn(net, treatmentOf(treatments, organisation), day);
}

/** Who is quoted for, with the number of places that the cohort has. */
type Bounded = Asked & { readonly seats: number };

/** The least and the most that an organisation can come to bear from here; undefined where nobody's doing changes it. */
function rangeOf(terms: Terms, charges: readonly Charge[], asked: Bounded): [number, number] | undefined {
  const { rule } = terms;
  if (terms.cancelled === true) return undefined;
  const parts = partsOf(charges, asked);
  if (rule.by === 'fixed-price') return pricesBetween(terms, rule.price, parts, asked);
  const isHost = asked.organisation === terms.host;
  const weights =
    rule.by === 'percentages'
      ? percentagesBetween(rule, terms.host, parts, asked)
      : weightsBetween(rule, terms.host, parts, asked);
  const whole = BigInt(terms.shared);
  const [least, most] = [weights.least, weights.most].map(({ mine, others }) => {
    const all = BigInt(mine) + BigInt(others);
    return all === 0n ? { of: isHost ? whole : 0n, in: 1n } : { of: whole * BigInt(mine), in: all };
  });
  if (least === undefined || most === undefined) return undefined;
  // Rounded up: nought less that, since nought itself is never below nought.
  return [floor(least), 0 - floor({ ...most, of: -most.of })];
}

/** A fraction rounded down. */
function floor({ of, in: parts }: { readonly of: bigint; readonly in: bigint }): number {
  const quotient = of / parts;
  return Number(of % parts < 0n ? quotient - 1n : quotient);
}

/** What the organisation owes for as it lowers its share most and as it raises it most, and what others owe for. */
interface Parts {
  readonly mine: { readonly least: readonly Charge[]; readonly most: readonly Charge[] };
  /** Each part of a place, in per cent, as small as it can become. */
  readonly others: readonly number[];
  /** How many places, held or owed for, others can have at most. */
  readonly othersAtMost: number;
}

function partsOf(charges: readonly Charge[], { organisation, policy, firstDay, now, seats }: Bounded): Parts {
  const cheapest = Math.min(percentOfLeaving(policy, firstDay, now), policy.unattendedPercent);
  const mine = charges.filter((charge) => charge.organisation === organisation);
  const kept = mine.filter(isHeld);
  return {
    mine: {
      least: kept,
      // That nobody attended may still be put right, or change at the next session.
      most: mine.map((charge) => (isHeld(charge) ? { ...charge, percent: 100 } : charge)),
    },
    others: charges
      .filter((charge) => charge.organisation !== organisation)
      .map(({ percent }) => Math.min(percent, cheapest)),
    // No more places are ever charged than there are, for one that is taken owes nothing.
    othersAtMost: Math.max(seats, charges.length) - kept.length,
  };
}

function percentsOf(charges: readonly Charge[]): number[] {
  return charges.map(({ percent }) => percent);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** At a fixed price a partner's share depends on itself alone; the host's on what all others pay. */
function pricesBetween(
  { host, shared }: Terms,
  price: number,
  { mine, others, othersAtMost }: Parts,
  { organisation }: Asked,
): [number, number] {
  const priced = (parts: readonly number[]) => sumOf(parts.map((part) => priceOfPart(price, part)));
  return organisation === host
    ? [shared - othersAtMost * price, shared - priced(others)]
    : [priced(percentsOf(mine.least)), priced(percentsOf(mine.most))];
}

interface Weights {
  readonly mine: number;
  readonly others: number;
}

/** What the organisation and all others weigh: where its share is the least, and where it is the most. */
function weightsBetween(
  rule: Extract<SharingRule, { readonly host: boolean }>,
  host: string,
  { mine, others, othersAtMost }: Parts,
  { organisation }: Asked,
): { readonly least: Weights; readonly most: Weights } {
  const isHost = organisation === host;
  if (rule.by === 'places') {
    const weigh = (charges: readonly Charge[]) => (isHost && !rule.host ? 0 : sumOf(percentsOf(charges)));
    // A host that bears none may take every place that another owes for, and then nobody owes for it.
    const lightest = rule.host || isHost ? sumOf(others) : 0;
    return {
      least: { mine: weigh(mine.least), others: 100 * othersAtMost },
      most: { mine: weigh(mine.most), others: lightest },
    };
  }
  const weighPlaces = weighingBy(rule);
  const hostItself: readonly Charge[] = rule.host ? [{ organisation: host, ticket: 0, percent: 100, why: 'held' }] : [];
  const hostWeighs = weighPlaces(hostItself);
  const weigh = (charges: readonly Charge[]) => {
    if (!isHost) return weighPlaces(charges);
    return rule.host ? weighPlaces([...hostItself, ...charges]) : 0;
  };
  // One organisation, or the host, may take all the places that others owe for: it takes part once.
  const lightest = isHost ? 0 : hostWeighs;
  const heaviest = lightest + 100 * sumOf(heaviestOf(rule, othersAtMost, [organisation, host]));
  return {
    least: { mine: weigh(mine.least), others: heaviest },
    most: { mine: weigh(mine.most), others: lightest },
  };
}

/**
 * By percentages a partner's share depends on itself alone, but for the odd penny. The host bears the least where others have
 * places whose percentages are the highest, and all where nobody who is named owes for any.
 */
function percentagesBetween(
  { percentages }: Extract<SharingRule, { readonly by: 'percentages' }>,
  host: string,
  { mine, othersAtMost }: Parts,
  { organisation }: Asked,
): { readonly least: Weights; readonly most: Weights } {
  const withOthers = (others: number): Weights => ({ mine: wholeCost - others, others });
  if (organisation === host) {
    const named = percentages.filter((one) => one.organisation !== host).map(({ hundredths }) => hundredths);
    const highest = named.sort((one, other) => other - one).slice(0, othersAtMost);
    return { least: withOthers(100 * sumOf(highest)), most: withOthers(0) };
  }
  const own = percentages.find((one) => one.organisation === organisation)?.hundredths ?? 0;
  const weigh = (places: readonly Charge[]) => withOthers(wholeCost - own * Math.max(0, ...percentsOf(places)));
  return { least: weigh(mine.least), most: weigh(mine.most) };
}

type ByHeads = Extract<SharingRule, { readonly by: 'evenly' | 'weights' }>;

/** What the places of one organisation weigh together. */
function weighingBy(rule: ByHeads): (places: readonly Charge[]) => number {
  if (rule.by === 'evenly') return (places) => Math.max(0, ...percentsOf(places));
  const weightOf = weightIn(rule);
  return (places) => weightOfPlaces(places, weightOf);
}

/** What so many other organisations weigh at most, one place each: those that are listed, or some that are not. */
function heaviestOf(rule: ByHeads, count: number, except: readonly string[]): number[] {
  const listed = rule.by === 'evenly' ? [] : rule.weights.filter(({ organisation }) => !except.includes(organisation));
  const weights = listed.map(({ weight }) => weight).sort((one, other) => other - one);
  const otherwise = rule.by === 'evenly' ? 1 : rule.otherwise;
  return Array.from({ length: count }, (_, index) => Math.max(weights[index] ?? 0, otherwise));
}
