import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { actorId, type Actor } from '../../shared/context.ts';
import { claimKey } from '../../shared/places/places-items.ts';
import { personOf } from '../support/context.ts';
import type { Answer, Request } from './check-answers.ts';

/** A request as its sender keeps it, to send it again. */
export interface Sending {
  readonly cohort: Cohort;
  readonly actor: Actor;
  readonly organisation: string;
  readonly idempotencyKey: string;
  readonly request: Request;
  /** For a claim: the day until which it would wait. */
  readonly confirmUntil?: string;
  /** Whether it was sent before. */
  readonly again: boolean;
}

/** How many requests are remembered, to be sent again much later. */
const remembered = 2000;

/** Makes up what the organisations and the hosts of some cohorts ask for; always the same from the same numbers. */
export function randomRequests(
  cohorts: readonly Cohort[],
  organisations: readonly string[],
  clock: Clock,
  numbers: () => number,
) {
  const below = (limit: number) => Math.floor(numbers() * limit);
  const oneOf = <T>(list: readonly T[]): T => {
    const chosen = list[below(list.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from');
    return chosen;
  };
  const past: Sending[] = [];
  const held = new Map<string, readonly number[]>();
  const capacities = new Map(cohorts.map(({ id, capacity }) => [id, capacity]));
  let sent = 0;

  function claim(): Sending {
    const cohort = oneOf(cohorts);
    const organisation = oneOf(organisations);
    const actor = personOf(organisation);
    const idempotencyKey = `request-${String(sent)}`;
    const size = numbers();
    const quantity = 1 + below(size < 0.85 ? 3 : size < 0.97 ? 8 : 50);
    const key = claimKey(organisation, actorId(actor), idempotencyKey);
    const day = new Date(clock.now().getTime() + below(3) * 86_400_000).toISOString().slice(0, 10);
    return {
      cohort,
      actor,
      organisation,
      idempotencyKey,
      request: { kind: 'claim', key, quantity, allOrNothing: numbers() < 0.15, limit: cohort.limit },
      ...(numbers() < 0.5 ? { confirmUntil: day } : {}),
      again: false,
    };
  }

  /** Of what the organisation was last told it has; at times of what another has. */
  function giveBack(): Sending | undefined {
    const cohort = oneOf(cohorts);
    const owner = oneOf(organisations);
    const tickets = held.get(`${cohort.id} ${owner}`) ?? [];
    if (tickets.length === 0) return undefined;
    const first = below(tickets.length);
    const given = tickets.slice(first, first + 1 + below(numbers() < 0.95 ? 2 : 50));
    const organisation = numbers() < 0.97 ? owner : oneOf(organisations);
    return {
      cohort,
      actor: personOf(organisation),
      organisation,
      idempotencyKey: `request-${String(sent)}`,
      request: { kind: 'give-back', tickets: given },
      again: false,
    };
  }

  function changedCapacity(): Sending {
    const cohort = oneOf(cohorts);
    const wanted = (capacities.get(cohort.id) ?? cohort.capacity) + below(7) - 3;
    return {
      cohort,
      actor: personOf(cohort.host),
      organisation: cohort.host,
      idempotencyKey: `request-${String(sent)}`,
      request: { kind: 'capacity', capacity: Math.min(Math.max(1, wanted), 180 - cohort.waitlist, 150) },
      again: false,
    };
  }

  /** Something that was sent before: a moment ago or long ago; now and then a claim with another quantity. */
  function repetition(): Sending | undefined {
    const sending = past.at(numbers() < 0.4 ? -1 : below(past.length));
    if (sending === undefined) return undefined;
    const { request } = sending;
    const changed = request.kind === 'claim' && numbers() < 0.05;
    return { ...sending, request: changed ? { ...request, quantity: request.quantity + 1 } : request, again: true };
  }

  return {
    next(): Sending {
      sent += 1;
      const kind = numbers();
      if (kind < 0.12) return repetition() ?? claim();
      const made = kind < 0.4 ? (giveBack() ?? claim()) : kind < 0.44 ? changedCapacity() : claim();
      past[past.length < remembered ? past.length : below(remembered)] = made;
      return made;
    },
    /** Learns from an answer what may be given back, and from which capacity to go on. */
    answered({ cohort, organisation, request }: Sending, answer: Answer): void {
      if (answer.capacity !== undefined) capacities.set(cohort.id, answer.capacity);
      const name = `${cohort.id} ${organisation}`;
      const tickets = (answer.places ?? []).map(({ ticket }) => ticket);
      const earlier = request.kind === 'claim' ? (held.get(name) ?? []) : [];
      held.set(name, [...new Set([...earlier, ...tickets])]);
    },
  };
}
