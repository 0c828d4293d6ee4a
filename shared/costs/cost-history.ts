import * as z from 'zod';
import { beginningOf, dayAfter } from '../clock.ts';
import type { Envelope } from '../events/envelope.ts';
import type { RecordedChange } from '../events/recorded-changes.ts';
import { chargesOf, type Charged, type PlaceFact } from './place-charges.ts';
import { inheritedTerms } from './inherited-terms.ts';
import type { Cause, Freeze, ShareHistory } from './posting-steps.ts';
import { shareOut, type Share } from './share-out.ts';
import { placePolicySchema, sharingRuleSchema, type PlacePolicy, type SharingRule } from './sharing-rule.ts';
import { vatTreatment } from './vat.ts';

const held = z.object({ organisation: z.string(), tickets: z.array(z.int()) });
const passedOn = z.object({ from: z.string(), to: z.string(), tickets: z.array(z.int()) });
const days = z.object({ firstDay: z.iso.date() });
const attended = z.object({ ticket: z.int(), session: z.string(), attendance: z.enum(['full', 'partial', 'none']) });
const restatedRecord = z.object({ ticket: z.int(), attended: z.array(attended.omit({ ticket: true })).optional() });
const restatedPlaces = z.object({ organisation: z.string(), confirmed: z.array(z.int()) });
const restatedCohort = z.object({ status: z.string(), firstDay: z.iso.date().optional() });
const plannedSchema = z.object({
  shared: z.int(),
  rule: sharingRuleSchema,
  policy: placePolicySchema,
  treatments: z.record(z.string(), vatTreatment),
  firstDay: z.iso.date(),
});
type Planned = z.infer<typeof plannedSchema>;

/** What an event says that matters to how a cost is shared: facts of places, the plan as it is from then on, the opening. */
interface Meaning {
  readonly facts: readonly PlaceFact[];
  readonly plan?: Planned;
  readonly opened?: true;
}

/** What is known when an event is read. */
interface Known {
  /** The policy in force: by it a place that ends owes what it owes, also when another is agreed later. */
  readonly policy: PlacePolicy | undefined;
  /** Places that are held for their organisations, who have done nothing about them yet: they count once somebody is named. */
  readonly untouched: Set<number>;
}

type Reader = (data: Envelope['data'], at: string, known: Known) => Meaning;

const ofPlaces = (facts: readonly PlaceFact[]): Meaning => ({ facts });
const gone =
  (how: 'given-back' | 'released' | 'lapsed'): Reader =>
  (data, at, { policy }) =>
    ofPlaces([{ kind: 'gone', how, at, policy, ...held.parse(data) }]);
const moved: Reader = (data) => ofPlaces([{ kind: 'moved', ...days.parse(data) }]);
const plannedAnew: Reader = (data) => ({ facts: [], plan: plannedSchema.parse(data) });

const confirmed: Reader = (data, at, { untouched }) => {
  const { organisation, tickets } = held.parse(data);
  const taken = tickets.filter((ticket) => !untouched.has(ticket));
  return ofPlaces(taken.length === 0 ? [] : [{ kind: 'confirmed', at, organisation, tickets: taken }]);
};
/** A place that was held counts from when its organisation first names somebody. */
const named: Reader = (data, at, { untouched }) => {
  const { organisation, tickets } = held.parse(data);
  const touched = tickets.filter((ticket) => untouched.delete(ticket));
  return ofPlaces(touched.length === 0 ? [] : [{ kind: 'confirmed', at, organisation, tickets: touched }]);
};

/** Every event that matters, by its type. */
const readers: Readonly<Record<string, Reader>> = {
  'cohort.created': moved,
  'cohort.updated': moved,
  'cohort.restated': moved,
  'cohort.moved': moved,
  'cohort.opened': () => ({ facts: [], opened: true }),
  'cohort.cancelled': () => ofPlaces([{ kind: 'cancelled' }]),
  'cohort.places-restated': (data) => {
    const { status, firstDay } = restatedCohort.parse(data);
    const facts = [
      ...(firstDay === undefined ? [] : [{ kind: 'moved' as const, firstDay }]),
      ...(status === 'cancelled' ? [{ kind: 'cancelled' as const }] : []),
    ];
    return { facts, opened: true };
  },
  'place.held': (data, _at, { untouched }) => {
    for (const ticket of held.parse(data).tickets) untouched.add(ticket);
    return ofPlaces([]);
  },
  'place.confirmed': confirmed,
  'place.named': named,
  'place.given-back': gone('given-back'),
  'place.released': gone('released'),
  'place.lapsed': gone('lapsed'),
  'place.passed-on': (data) => ofPlaces([{ kind: 'passed-on', ...passedOn.parse(data) }]),
  'place.restated': (data, _at, { untouched }) => {
    const { organisation, confirmed: tickets } = restatedPlaces.parse(data);
    const taken = tickets.filter((ticket) => !untouched.has(ticket));
    return ofPlaces([{ kind: 'restated', organisation, confirmed: taken }]);
  },
  'place.attended': (data) => ofPlaces([{ kind: 'attended', ...attended.parse(data) }]),
  'place.record-restated': (data) => {
    const { ticket, attended: sessions = [] } = restatedRecord.parse(data);
    return ofPlaces(sessions.map((one) => ({ kind: 'attended', ticket, ...one })));
  },
  'cost.planned': plannedAnew,
  'cost.restated': plannedAnew,
};

/** The types of all events after which shares may be others; that a cohort is open gives the first forecast. */
export const eventsThatChangeShares: readonly string[] = Object.keys(readers);

/** What one recorded change means. */
interface Told {
  readonly cause: Cause;
  readonly facts: readonly PlaceFact[];
  readonly plan: Planned | undefined;
  readonly opened: boolean;
}

function toldBy({ events }: RecordedChange, known: Known): Told[] {
  const meanings = events.flatMap((event) => {
    const reader = readers[event.type];
    return reader === undefined ? [] : [{ event, meaning: reader(event.data, event.at, known) }];
  });
  const [first] = meanings;
  if (first === undefined) return [];
  const facts = meanings.flatMap(({ meaning }) => meaning.facts);
  const plans = meanings.flatMap(({ meaning }) => meaning.plan ?? []);
  const tickets = facts.flatMap((fact) => {
    if ('tickets' in fact) return fact.tickets;
    return fact.kind === 'attended' ? [fact.ticket] : [];
  });
  const reason = plans.length > 0 ? 'costs-changed' : 'places-changed';
  const cause: Cause = {
    events: meanings.map(({ event: { id, audience } }) => ({ id, audience })),
    at: first.event.at,
    tickets: [...new Set(tickets)].sort((one, other) => one - other),
    reason,
  };
  return [{ cause, facts, plan: plans.at(-1), opened: meanings.some(({ meaning }) => meaning.opened === true) }];
}

/** The recorded changes of a cohort as they concern its cost, and what each makes of the shares. */
export interface CostHistory extends ShareHistory {
  /** What there is to share after so many changes, in pence; undefined while there is no plan. */
  readonly sharedAfter: (changes: number) => number | undefined;
  readonly firstDayAfter: (changes: number) => string | undefined;
  readonly isOpenAfter: (changes: number) => boolean;
  /** By which rule it is shared after so many changes, and who is charged for which places; undefined while there is no plan. */
  readonly chargedAfter: (changes: number) => (Charged & { readonly rule: SharingRule }) | undefined;
}

/** A place that ended before there was a plan owes by the policy of the first one, whatever is agreed later among others. */
function endedBy(policy: PlacePolicy | undefined, fact: PlaceFact): PlaceFact {
  return fact.kind === 'gone' && fact.policy === undefined ? { ...fact, policy } : fact;
}

/** Reads what recorded changes mean for how the cost of a cohort is shared; changes that mean nothing are left out. */
export function costHistory(cohort: string, host: string, changes: readonly RecordedChange[]): CostHistory {
  const told: Told[] = [];
  const untouched = new Set<number>();
  for (const change of changes) {
    const policy = told.findLast(({ plan }) => plan !== undefined)?.plan?.policy;
    told.push(...toldBy(change, { policy, untouched }));
  }
  const first = told.find(({ plan }) => plan !== undefined)?.plan?.policy;
  const factsAfter = (count: number) =>
    told.slice(0, count).flatMap(({ facts }) => facts.map((fact) => endedBy(first, fact)));
  const planAfter = (count: number): Planned | undefined => {
    const plan = told.slice(0, count).findLast(({ plan: one }) => one !== undefined)?.plan;
    const passed = factsAfter(count).filter((fact) => fact.kind === 'passed-on');
    return plan === undefined ? undefined : { ...plan, ...inheritedTerms(plan, passed) };
  };
  const chargedAfter: CostHistory['chargedAfter'] = (count) => {
    const inForce = planAfter(count);
    if (inForce === undefined) return undefined;
    return { ...chargesOf(factsAfter(count), inForce.policy, inForce.firstDay), rule: inForce.rule };
  };
  const sharesAfter = (count: number): readonly Share[] => {
    const [inForce, charged] = [planAfter(count), chargedAfter(count)];
    if (inForce === undefined || charged === undefined) return [];
    const { shared, rule, treatments, firstDay: day } = inForce;
    return shareOut({ cohort, host, shared, rule, treatments, day, cancelled: charged.cancelled }, charged.charges);
  };
  return {
    cohort,
    host,
    causes: told.map(({ cause }) => cause),
    sharesAfter,
    chargedAfter,
    sharedAfter: (count) => planAfter(count)?.shared,
    isOpenAfter: (count) => told.slice(0, count).some(({ opened }) => opened),
    firstDayAfter: (count) =>
      factsAfter(count).findLast((fact) => fact.kind === 'moved')?.firstDay ?? planAfter(count)?.firstDay,
  };
}

/**
 * When and behind which change the freeze date came: the first moment at which it had come, by the first day as it was then,
 * the cohort was open, and there was a plan. Undefined while that is to come. `now` counts as known: every change before it has to be among those read.
 */
export function freezeIn(history: CostHistory, freezeDaysBefore: number, now: Date): Freeze | undefined {
  for (let changes = 0; changes <= history.causes.length; changes += 1) {
    const firstDay = history.firstDayAfter(changes);
    if (firstDay === undefined || history.sharedAfter(changes) === undefined || !history.isOpenAfter(changes)) continue;
    const freeze = beginningOf(dayAfter(firstDay, -freezeDaysBefore));
    const planned = new Date(history.causes[changes - 1]?.at ?? 0);
    const next = history.causes[changes];
    const until = next === undefined ? now : new Date(next.at);
    if (freeze <= until) return { at: (planned > freeze ? planned : freeze).toISOString(), changes };
  }
  return undefined;
}
