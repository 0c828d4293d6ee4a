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

/** What an event says that matters to how a cost is shared: facts of places, or the plan as it is from then on. */
interface Meaning {
  readonly facts: readonly PlaceFact[];
  readonly plan?: Planned;
}

/** `policy` is the one in force: by it a place that ends owes what it owes, also when another is agreed later. */
type Reader = (data: Envelope['data'], at: string, policy: PlacePolicy | undefined) => Meaning;

const ofPlaces = (facts: readonly PlaceFact[]): Meaning => ({ facts });
const gone =
  (how: 'given-back' | 'released' | 'lapsed'): Reader =>
  (data, at, policy) =>
    ofPlaces([{ kind: 'gone', how, at, policy, ...held.parse(data) }]);
const moved: Reader = (data) => ofPlaces([{ kind: 'moved', ...days.parse(data) }]);
const plannedAnew: Reader = (data) => ({ facts: [], plan: plannedSchema.parse(data) });

/** Every event that matters, by its type. */
const readers: Readonly<Record<string, Reader>> = {
  'cohort.created': moved,
  'cohort.updated': moved,
  'cohort.restated': moved,
  'cohort.moved': moved,
  'cohort.cancelled': () => ofPlaces([{ kind: 'cancelled' }]),
  'cohort.places-restated': (data) => {
    const { status, firstDay } = restatedCohort.parse(data);
    return ofPlaces([
      ...(firstDay === undefined ? [] : [{ kind: 'moved' as const, firstDay }]),
      ...(status === 'cancelled' ? [{ kind: 'cancelled' as const }] : []),
    ]);
  },
  'place.confirmed': (data, at) => ofPlaces([{ kind: 'confirmed', at, ...held.parse(data) }]),
  'place.given-back': gone('given-back'),
  'place.released': gone('released'),
  'place.lapsed': gone('lapsed'),
  'place.passed-on': (data) => ofPlaces([{ kind: 'passed-on', ...passedOn.parse(data) }]),
  'place.restated': (data) => ofPlaces([{ kind: 'restated', ...restatedPlaces.parse(data) }]),
  'place.attended': (data) => ofPlaces([{ kind: 'attended', ...attended.parse(data) }]),
  'cost.planned': plannedAnew,
  'cost.restated': plannedAnew,
};

/** The types of all events after which shares may be others; that a cohort is open gives the first forecast. */
export const eventsThatChangeShares: readonly string[] = ['cohort.opened', ...Object.keys(readers)];

/** What one recorded change means. */
interface Told {
  readonly cause: Cause;
  readonly facts: readonly PlaceFact[];
  readonly plan: Planned | undefined;
}

function toldBy({ events }: RecordedChange, inForce: Planned | undefined): Told[] {
  const meanings = events.flatMap((event) => {
    const reader = readers[event.type];
    return reader === undefined ? [] : [{ event, meaning: reader(event.data, event.at, inForce?.policy) }];
  });
  const [first] = meanings;
  if (first === undefined) return [];
  const facts = meanings.flatMap(({ meaning }) => meaning.facts);
  const plans = meanings.flatMap(({ meaning }) => meaning.plan ?? []);
  const tickets = facts.flatMap((fact) => {
    if ('tickets' in fact) return fact.tickets;
    return fact.kind === 'attended' ? [fact.ticket] : [];
  });
  const { id, at } = first.event;
  const reason = plans.length > 0 ? 'costs-changed' : 'places-changed';
  const sorted = [...new Set(tickets)].sort((one, other) => one - other);
  return [{ cause: { event: id, at, tickets: sorted, reason }, facts, plan: plans.at(-1) }];
}

/** The recorded changes of a cohort as they concern its cost, and what each makes of the shares. */
export interface CostHistory extends ShareHistory {
  /** What there is to share after so many changes, in pence; undefined while there is no plan. */
  readonly sharedAfter: (changes: number) => number | undefined;
  readonly firstDayAfter: (changes: number) => string | undefined;
  /** By which rule it is shared after so many changes, and who is charged for which places; undefined while there is no plan. */
  readonly chargedAfter: (changes: number) => (Charged & { readonly rule: SharingRule }) | undefined;
}

/** Reads what recorded changes mean for how the cost of a cohort is shared; changes that mean nothing are left out. */
export function costHistory(cohort: string, host: string, changes: readonly RecordedChange[]): CostHistory {
  const told: Told[] = [];
  for (const change of changes) told.push(...toldBy(change, told.findLast(({ plan }) => plan !== undefined)?.plan));
  const factsAfter = (count: number) => told.slice(0, count).flatMap(({ facts }) => facts);
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
    firstDayAfter: (count) =>
      factsAfter(count).findLast((fact) => fact.kind === 'moved')?.firstDay ?? planAfter(count)?.firstDay,
  };
}

/**
 * When and behind which change the freeze date came: the first moment at which it had come, by the first day as it was then,
 * and there was a plan. Undefined while that is to come. `now` counts as known: every change before it has to be among those read.
 */
export function freezeIn(history: CostHistory, freezeDaysBefore: number, now: Date): Freeze | undefined {
  for (let changes = 0; changes <= history.causes.length; changes += 1) {
    const firstDay = history.firstDayAfter(changes);
    if (firstDay === undefined || history.sharedAfter(changes) === undefined) continue;
    const freeze = beginningOf(dayAfter(firstDay, -freezeDaysBefore));
    const planned = new Date(history.causes[changes - 1]?.at ?? 0);
    const next = history.causes[changes];
    const until = next === undefined ? now : new Date(next.at);
    if (freeze <= until) return { at: (planned > freeze ? planned : freeze).toISOString(), changes };
  }
  return undefined;
}
