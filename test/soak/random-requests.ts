import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { actorId, type Actor } from '../../shared/context.ts';
import { claimKey } from '../../shared/places/places-items.ts';
import { personOf } from '../support/context.ts';
import type { Answer, Request } from './calls.ts';

/** A request as its sender keeps it, to send it again. */
export interface Sending {
  readonly cohort: Cohort;
  readonly actor: Actor;
  readonly organisation: string;
  readonly idempotencyKey: string;
  readonly request: Request;
  /** Whether it was sent before. */
  readonly again: boolean;
}

/** How often of a hundred requests something is asked for; the rest are claims. */
export interface Mixture {
  readonly again: number;
  readonly giveBack: number;
  readonly capacity: number;
  readonly name: number;
  readonly status: number;
  /** The host fixes an order; nothing where no cohort is allocated. */
  readonly allocate: number;
}

export const usualMixture: Mixture = { again: 12, giveBack: 34, capacity: 6, name: 8, status: 0.4, allocate: 2 };

/** How many requests are remembered, to be sent again much later. */
const remembered = 2000;
/** How many places with a name are remembered, to take the name away. */
const mostNamed = 100;

/** Makes up what the organisations and the hosts of some cohorts ask for; always the same from the same numbers and answers. */
export function randomRequests(
  { cohorts, organisations }: { readonly cohorts: readonly Cohort[]; readonly organisations: readonly string[] },
  clock: Clock,
  numbers: () => number,
  mixture: Mixture = usualMixture,
) {
  const below = (limit: number) => Math.floor(numbers() * limit);
  const oneOf = <T>(list: readonly T[]): T => {
    const chosen = list[below(list.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from');
    return chosen;
  };
  const ending = cohorts.filter((_, index) => index % 3 === 2);
  const past: Sending[] = [];
  const named: Sending[] = [];
  let last: Sending | undefined;
  const allocated = cohorts.filter(({ allocation }) => allocation !== undefined);
  const held = new Map<string, readonly number[]>(cohorts.flatMap(reservedOn));
  const capacities = new Map(cohorts.map(({ id, capacity }) => [id, capacity]));
  let sent = 0;

  function sending(cohort: Cohort, organisation: string, request: Sending['request']): Sending {
    const idempotencyKey = `request-${String(sent)}`;
    return { cohort, actor: personOf(organisation), organisation, idempotencyKey, request, again: false };
  }

  function claim(): Sending {
    const cohort = oneOf(cohorts);
    const organisation = oneOf(organisations);
    const size = numbers();
    const quantity = 1 + below(size < 0.85 ? 3 : size < 0.97 ? 8 : 50);
    const key = claimKey(organisation, actorId(personOf(organisation)), `request-${String(sent)}`);
    const day = new Date(clock.now().getTime() + below(3) * 86_400_000).toISOString().slice(0, 10);
    const confirmUntil = numbers() < 0.5 ? day : undefined;
    const allOrNothing = numbers() < 0.15;
    return sending(cohort, organisation, {
      kind: 'claim',
      key,
      quantity,
      allOrNothing,
      limit: cohort.limit,
      confirmUntil,
    });
  }

  /** Of what the organisation was last told it has; at times by another. */
  function giveBack(): Sending | undefined {
    const cohort = oneOf(cohorts);
    const owner = oneOf(organisations);
    const tickets = held.get(`${cohort.id} ${owner}`) ?? [];
    if (tickets.length === 0) return undefined;
    const first = below(tickets.length);
    const given = tickets.slice(first, first + 1 + below(numbers() < 0.95 ? 2 : 50));
    const organisation = numbers() < 0.97 ? owner : oneOf(organisations);
    return sending(cohort, organisation, { kind: 'give-back', tickets: given });
  }

  function changedCapacity(): Sending {
    const cohort = oneOf(cohorts);
    const wanted = (capacities.get(cohort.id) ?? cohort.capacity) + below(7) - 3;
    const capacity = Math.min(Math.max(1, wanted), 180 - cohort.waitlist, 150);
    return sending(cohort, cohort.host, { kind: 'capacity', capacity });
  }

  function changedStatus(): Sending {
    // Only a third of the cohorts may ever end, so that enough is left to claim.
    const cohort = oneOf(ending);
    const status = numbers() < 0.6 ? 'closed' : 'cancelled';
    return sending(cohort, cohort.host, { kind: 'status', status });
  }

  /** A name for a place; or, at times, none any more for one that may have one. */
  function naming(): Sending | undefined {
    const earlier = named[below(named.length)];
    if (earlier?.request.kind === 'name' && numbers() < 0.4)
      return sending(earlier.cohort, earlier.organisation, { kind: 'unname', ticket: earlier.request.ticket });
    const holders = [...held].filter(([, tickets]) => tickets.length > 0);
    if (holders.length === 0) return undefined;
    const [holder, tickets] = oneOf(holders);
    const [id, organisation = ''] = holder.split(' ');
    const cohort = oneOf(cohorts.filter((one) => one.id === id));
    const next = sending(cohort, organisation, { kind: 'name', ticket: oneOf(tickets) });
    named[named.length < mostNamed ? named.length : below(mostNamed)] = next;
    return next;
  }

  /** Mostly once its closing date has come: the claims themselves are put in order when it is sent. */
  function fixedOrder(): Sending | undefined {
    const now = clock.now().toISOString();
    const closed = allocated.filter(({ allocation: how }) => how !== undefined && now > `${how.closesOn}T24`);
    const some = closed.length > 0 && numbers() < 0.9 ? closed : allocated;
    if (some.length === 0) return undefined;
    const cohort = oneOf(some);
    return sending(cohort, cohort.host, { kind: 'allocate', order: [] });
  }

  /** Something that was sent before: a moment ago or long ago; now and then a claim with another quantity. */
  function repetition(): Sending | undefined {
    const earlier = numbers() < 0.4 ? last : past[below(past.length)];
    if (earlier === undefined) return undefined;
    const { request } = earlier;
    const changed = request.kind === 'claim' && numbers() < 0.05;
    const asked = changed ? { ...request, quantity: (request.quantity % 50) + 1 } : request;
    return { ...earlier, request: asked, again: true };
  }

  function made(): Sending {
    const kind = numbers() * 100;
    const { again, giveBack: back, capacity, name, status, allocate } = mixture;
    if (kind < again) return repetition() ?? claim();
    if (kind < again + back) return giveBack() ?? claim();
    if (kind < again + back + capacity) return changedCapacity();
    if (kind < again + back + capacity + name) return naming() ?? claim();
    if (kind < again + back + capacity + name + status) return changedStatus();
    return (kind < again + back + capacity + name + status + allocate ? fixedOrder() : undefined) ?? claim();
  }

  return {
    next: (): Sending => {
      sent += 1;
      const next = made();
      if (next.again) return next;
      last = next;
      past[past.length < remembered ? past.length : below(remembered)] = next;
      return next;
    },
    /** Learns from an answer what may be given back, and from which capacity to go on. */
    answered({ cohort, organisation, request }: Sending, answer: Answer): void {
      if (answer.capacity !== undefined) capacities.set(cohort.id, answer.capacity);
      if (answer.places === undefined) return;
      const name = `${cohort.id} ${organisation}`;
      const tickets = answer.places.map(({ ticket }) => ticket);
      const earlier = request.kind === 'claim' ? (held.get(name) ?? []) : [];
      held.set(name, [...new Set([...earlier, ...tickets])]);
    },
  };
}

/** The places that are held on a cohort when it opens, by who has them: the lowest tickets, in the order of the plan. */
function reservedOn({ id, held }: Cohort): [string, readonly number[]][] {
  let next = 1;
  return held.map(({ organisation, places }): [string, readonly number[]] => {
    const tickets = Array.from({ length: places }, (_none, index) => next + index);
    next += places;
    return [`${id} ${organisation}`, tickets];
  });
}
