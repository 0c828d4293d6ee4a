import { standingOf, type Entry, type Ledger } from './ledger.ts';

/**
 * Where a place stands that somebody has: in line; held for its organisation from the beginning; confirmed; the same with
 * its holder reminded to name somebody; with a person named on it.
 */
export const placeStates = ['waiting', 'held', 'confirmed', 'reminded', 'named'] as const;
export type PlaceState = (typeof placeStates)[number];

/** How a place ends for who had it; each is the type of the change by which it does. */
export const placeEnds = ['given-back', 'lapsed', 'released'] as const;
export type PlaceEnd = (typeof placeEnds)[number];

/** A way from one state to another: the types of the ledger's changes that can lead there, and what is told of the place. */
export interface PlaceStep {
  /** Undefined: it was not there. */
  readonly from: PlaceState | undefined;
  readonly to: PlaceState | PlaceEnd;
  readonly by: readonly string[];
  readonly told: readonly string[];
}

/** By which changes whoever waits moves up: a place comes free, there are more of them, or the host has fixed the order. */
const movesUp = ['given-back', 'released', 'capacity-changed', 'places-allocated'];

/** Every way that there is. What the sweeper acts on follows from it (`placesThatMayBe`), and docs/states.md draws it. */
export const placeSteps: readonly PlaceStep[] = [
  { from: undefined, to: 'held', by: ['opened'], told: ['place.held', 'place.confirmed'] },
  { from: undefined, to: 'confirmed', by: ['claimed'], told: ['place.claimed', 'place.confirmed'] },
  { from: undefined, to: 'waiting', by: ['claimed'], told: ['place.claimed', 'place.waiting'] },
  { from: 'waiting', to: 'confirmed', by: movesUp, told: ['place.confirmed'] },
  { from: 'waiting', to: 'given-back', by: ['given-back'], told: ['place.given-back'] },
  { from: 'waiting', to: 'lapsed', by: ['lapsed'], told: ['place.lapsed'] },
  { from: 'held', to: 'named', by: ['named'], told: ['place.named'] },
  { from: 'held', to: 'reminded', by: ['reminded'], told: ['place.naming-due'] },
  { from: 'held', to: 'given-back', by: ['given-back'], told: ['place.given-back'] },
  { from: 'confirmed', to: 'named', by: ['named'], told: ['place.named'] },
  { from: 'confirmed', to: 'reminded', by: ['reminded'], told: ['place.naming-due'] },
  { from: 'confirmed', to: 'given-back', by: ['given-back'], told: ['place.given-back'] },
  { from: 'reminded', to: 'named', by: ['named'], told: ['place.named'] },
  { from: 'reminded', to: 'given-back', by: ['given-back'], told: ['place.given-back'] },
  { from: 'reminded', to: 'released', by: ['released'], told: ['place.released'] },
  { from: 'reminded', to: 'held', by: ['moved'], told: ['place.moved'] },
  { from: 'reminded', to: 'confirmed', by: ['moved'], told: ['place.moved'] },
  { from: 'reminded', to: 'held', by: ['due-anew'], told: [] },
  { from: 'reminded', to: 'confirmed', by: ['due-anew'], told: [] },
  { from: 'named', to: 'held', by: ['unnamed'], told: ['place.unnamed'] },
  { from: 'named', to: 'confirmed', by: ['unnamed'], told: ['place.unnamed'] },
];

/** The state of each place that is there, by ticket: a pure function of the ledger, as who holds a place is. */
export function placeStatesIn(ledger: Ledger): Map<number, PlaceState> {
  const { confirmed, waiting } = standingOf(ledger);
  return new Map([
    ...waiting.map(({ ticket }) => [ticket, ledger.named?.has(ticket) === true ? 'named' : 'waiting'] as const),
    ...confirmed.map((entry) => [entry.ticket, stateOf(ledger, entry)] as const),
  ]);
}

function stateOf(ledger: Ledger, { ticket, held }: Entry): PlaceState {
  if (ledger.named?.has(ticket) === true) return 'named';
  if (ledger.reminded?.has(ticket) === true) return 'reminded';
  return held ? 'held' : 'confirmed';
}

/** Those of these places that there is a way from where they stand to this state or end. */
export function placesThatMayBe(
  next: PlaceState | PlaceEnd,
  ledger: Ledger,
  tickets: readonly number[],
): readonly Entry[] {
  const wanted = new Set(tickets);
  const states = placeStatesIn(ledger);
  const before = new Set(placeSteps.flatMap(({ from, to }) => (to === next ? [from] : [])));
  const { confirmed, waiting } = standingOf(ledger);
  return [...confirmed, ...waiting].filter(({ ticket }) => wanted.has(ticket) && before.has(states.get(ticket)));
}
