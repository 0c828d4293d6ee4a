import { dayAfter, dayOf } from '../clock.ts';
import type { Attendance } from '../places/attendance.ts';
import type { PlaceEnd } from '../places/place-states.ts';
import type { Charge } from './share-out.ts';
import { mostSharers, type PlacePolicy } from './sharing-rule.ts';

/**
 * What is recorded of a cohort and bears on who owes for which place, as its history tells it: places that were confirmed,
 * held ones too; that ended, confirmed or waiting; that passed to a successor; another first day; the cancellation; how a
 * session was attended; and what an organisation holds, told anew where events were lost.
 */
export type PlaceFact =
  | {
      readonly kind: 'confirmed';
      readonly organisation: string;
      readonly tickets: readonly number[];
      readonly at: string;
    }
  | {
      readonly kind: 'gone';
      readonly how: PlaceEnd;
      readonly organisation: string;
      readonly tickets: readonly number[];
      readonly at: string;
      /** The policy in force then, where another was agreed since. */
      readonly policy?: PlacePolicy | undefined;
    }
  | { readonly kind: 'passed-on'; readonly from: string; readonly to: string; readonly tickets: readonly number[] }
  | { readonly kind: 'moved'; readonly firstDay: string }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'attended';
      readonly ticket: number;
      readonly session: string;
      readonly attendance: Attendance;
    }
  | { readonly kind: 'restated'; readonly organisation: string; readonly confirmed: readonly number[] };

/** Who owes for which places of a cohort, after some of what is recorded of it. */
export interface Charged {
  /** First the places that ended late and that nobody has taken since, the oldest first; then those that are held, by ticket. */
  readonly charges: readonly Charge[];
  /** Which places owe nothing any more because another took them, and by which ticket: the last of them last. */
  readonly taken: readonly { readonly ticket: number; readonly by: number }[];
  readonly cancelled: boolean;
  /** The first day (ISO date) as it is known now. */
  readonly firstDay: string;
}

/** A cohort has 150 places at most; so many are charged that are held, so many that ended, and so many are remembered as taken. */
const mostCharges = mostSharers;

/** How much of a place, in per cent, its holder owes who gives it up at an instant, the cohort beginning on this first day. */
export function percentOfLeaving(policy: PlacePolicy, firstDay: string, at: Date): number {
  const day = dayOf(at);
  const isUntil = (daysBefore: number) => day <= dayAfter(firstDay, -daysBefore);
  if (isUntil(policy.freeDaysBefore)) return 0;
  return isUntil(policy.partDaysBefore) ? policy.partPercent : 100;
}

/**
 * Who owes for which places, a pure function of what is recorded, in the order in which it is given: that of the cohort's
 * history, where what ended by a write stands before what was confirmed by it.
 *
 * A confirmed place owes all; one of which sessions are noted and not one was attended, what the policy says of that. A
 * place that ends owes by the policy, by the day (Europe/London) on which it ended and the first day as it was known then;
 * a wait owes nothing. Each place that is confirmed later takes the oldest of those off that owe since they ended: one of
 * another organisation before one of its own, for which it then comes back. So no more places are ever charged than a
 * cohort has. What a successor takes over it owes for, the places that had ended too. Of a cancelled cohort nobody owes
 * anything. A place that is missing when an organisation's places are told anew owes nothing, since nobody knows when it ended.
 *
 * Of each sort of charge there are 150 at most; beyond that, the oldest that ended are let go.
 */
export function chargesOf(facts: readonly PlaceFact[], policy: PlacePolicy, firstDay: string): Charged {
  const state: State = { confirmed: new Map(), ended: [], taken: [], cancelled: false, firstDay };
  for (const fact of facts) apply(fact, policy, state);
  const held = [...state.confirmed].sort(([one], [other]) => one - other);
  const charges = [...state.ended, ...held.map(([ticket, place]) => chargeOf(ticket, place, policy))];
  return {
    charges: state.cancelled ? [] : charges,
    taken: state.taken,
    cancelled: state.cancelled,
    firstDay: state.firstDay,
  };
}

interface ConfirmedPlace {
  organisation: string;
  /** For whom it was confirmed. */
  readonly first: string;
  readonly sessions: Map<string, Attendance>;
}

interface State {
  /** By ticket. */
  readonly confirmed: Map<number, ConfirmedPlace>;
  /** Those that owe since they ended, the oldest first. */
  ended: Charge[];
  taken: { ticket: number; by: number }[];
  cancelled: boolean;
  firstDay: string;
}

function apply(fact: PlaceFact, policy: PlacePolicy, state: State): void {
  switch (fact.kind) {
    case 'confirmed':
      return confirm(state, fact.organisation, fact.tickets);
    case 'gone':
      return end(state, fact, policy);
    case 'passed-on':
      return passOn(state, fact);
    case 'moved':
      state.firstDay = fact.firstDay;
      return;
    case 'cancelled':
      state.cancelled = true;
      return;
    case 'attended':
      state.confirmed.get(fact.ticket)?.sessions.set(fact.session, fact.attendance);
      return;
    case 'restated': {
      const is = new Set(fact.confirmed);
      for (const [ticket, { organisation }] of state.confirmed) {
        if (organisation === fact.organisation && !is.has(ticket)) state.confirmed.delete(ticket);
      }
      for (const ticket of fact.confirmed) restate(state, fact.organisation, ticket);
      return;
    }
  }
}

function confirm(state: State, organisation: string, tickets: readonly number[]): void {
  for (const ticket of tickets) {
    if (state.confirmed.has(ticket) || state.confirmed.size >= mostCharges) continue;
    state.confirmed.set(ticket, { organisation, first: organisation, sessions: new Map() });
    const { left, taken } = takeOff(state.ended, organisation);
    state.ended = left;
    if (taken !== undefined) state.taken = [...state.taken, { ticket: taken.ticket, by: ticket }].slice(-mostCharges);
  }
}

/** Who has a place, told anew: it may have passed on, or been confirmed long ago, so that it takes nothing off. */
function restate(state: State, organisation: string, ticket: number): void {
  const place = state.confirmed.get(ticket);
  if (place !== undefined) place.organisation = organisation;
  else if (state.confirmed.size < mostCharges) {
    state.confirmed.set(ticket, { organisation, first: organisation, sessions: new Map() });
  }
}

/** Which of the places that owe since they ended a newly confirmed place of an organisation takes, and what is left of them. */
export function takeOff(
  ended: readonly Charge[],
  organisation: string,
): { readonly left: Charge[]; readonly taken: Charge | undefined } {
  const taken = ended.find((charge) => charge.organisation !== organisation) ?? ended[0];
  return { left: ended.filter((charge) => charge !== taken), taken };
}

function end(state: State, fact: Extract<PlaceFact, { kind: 'gone' }>, policy: PlacePolicy): void {
  const percent = percentOfLeaving(fact.policy ?? policy, state.firstDay, new Date(fact.at));
  for (const ticket of fact.tickets) {
    const place = state.confirmed.get(ticket);
    state.confirmed.delete(ticket);
    if (place === undefined || percent === 0) continue;
    const why = fact.how === 'given-back' ? ('given-back' as const) : ('released' as const);
    state.ended = [...state.ended, { ...holderOf(place), ticket, percent, why }].slice(-mostCharges);
  }
}

function passOn(state: State, { from, to, tickets }: Extract<PlaceFact, { kind: 'passed-on' }>): void {
  for (const ticket of tickets) {
    const place = state.confirmed.get(ticket);
    if (place !== undefined) place.organisation = to;
  }
  state.ended = state.ended.map((charge) =>
    charge.organisation === from ? { ...charge, organisation: to, first: charge.first ?? from } : charge,
  );
}

function chargeOf(ticket: number, place: ConfirmedPlace, policy: PlacePolicy): Charge {
  const noted = [...place.sessions.values()];
  const isUnattended = noted.length > 0 && noted.every((attendance) => attendance === 'none');
  return isUnattended
    ? { ...holderOf(place), ticket, percent: policy.unattendedPercent, why: 'unattended' }
    : { ...holderOf(place), ticket, percent: 100, why: 'held' };
}

/** Whose a place is, and for whom it was confirmed where that was another. */
function holderOf({ organisation, first }: Pick<ConfirmedPlace, 'organisation' | 'first'>) {
  return { organisation, ...(first === organisation ? {} : { first }) };
}
