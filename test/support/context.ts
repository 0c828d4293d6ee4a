import type { Clock } from '../../shared/clock.ts';
import type { Actor, Context, Role } from '../../shared/context.ts';
import { idOfRequest, type RandomSource } from '../../shared/ids.ts';
import type { Table } from '../../shared/table/table.ts';

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  moveBy(milliseconds: number): void;
  moveTo(instant: string): void;
}

export function movableClock(start = '2027-01-04T09:00:00.000Z'): MovableClock {
  let instant = new Date(start).getTime();
  return {
    now: () => new Date(instant),
    moveBy: (milliseconds) => {
      instant += milliseconds;
    },
    moveTo: (next) => {
      instant = new Date(next).getTime();
    },
  };
}

/** Pseudo-random numbers from a seed (mulberry32), 0 up to but not 1: a failing run can be run again. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Random bytes from a seed. */
export function seededRandom(seed: number): RandomSource {
  const next = seededNumbers(seed);
  return (size) => Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
}

/** A member of an organisation, as the edge would have found them. */
export function personOf(
  organisation: string,
  roles: readonly Role[] = ['programme-lead'],
  subject = `subject-${organisation}`,
): Actor {
  return {
    kind: 'person',
    subject,
    name: undefined,
    email: undefined,
    membership: { organisation, member: idOfRequest('mem', organisation, subject), roles },
  };
}

let requests = 0;

/** A context for one request; each has an Idempotency-Key of its own unless one is given. */
export function contextOf(
  table: Table,
  clock: Clock,
  actor: Actor,
  request: Partial<Context['request']> = {},
): Context {
  requests += 1;
  return {
    actor,
    request: { idempotencyKey: `request-${String(requests)}`, ...request },
    table,
    epoch: 1,
    clock,
    random: seededRandom(requests),
    log: { info: () => undefined, warn: () => undefined },
  };
}
