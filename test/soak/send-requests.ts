import { cancelCohort } from '../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../shared/cohorts/close-cohort.ts';
import { AppError } from '../../shared/errors.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { fixAllocation } from '../../shared/places/fix-allocation.ts';
import { getAllocation } from '../../shared/places/get-allocation.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { unnamePlace } from '../../shared/places/unname-place.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, type MovableClock } from '../support/context.ts';
import type { Answer, Call, Request } from './calls.ts';
import type { HistoryChecker } from './check-history.ts';
import type { People } from './given-people.ts';
import { observeTable } from './observed-table.ts';
import type { randomRequests, Sending } from './random-requests.ts';

/** What became of the requests, by kind: `claim answered`, `claim place.full`, `claim unknown` when nobody can tell. */
type Replies = Record<string, number>;

/**
 * Sends requests to the operations, as their edge would, and tells the checker of each what was asked, what came of it,
 * and between which versions of the ledger. A fault that reaches the caller leaves open what came of it.
 */
export function requestSender(
  { table, clock, people }: { readonly table: Table; readonly clock: MovableClock; readonly people: People },
  checker: Pick<HistoryChecker, 'call'>,
  requests: Pick<ReturnType<typeof randomRequests>, 'answered'>,
  onFault: (error: unknown) => void,
) {
  const newest = new Map<string, number>();
  const answered = new Map<string, number>();
  const orders = new Map<string, readonly number[]>();
  const replies: Replies = {};
  const count = (kind: string, reply: string) => {
    replies[`${kind} ${reply}`] = (replies[`${kind} ${reply}`] ?? 0) + 1;
  };

  async function ask(sending: Sending, request: Request): Promise<void> {
    const { cohort, organisation, again } = sending;
    const from = newest.get(cohort.id) ?? 1;
    const above = again || request.kind !== 'claim' ? {} : { above: answered.get(cohort.id) ?? 0 };
    let to = 0;
    const observed = observeTable(table, (seen, version) => {
      newest.set(seen, Math.max(newest.get(seen) ?? 1, version));
      to = Math.max(to, version);
    });
    const call = (reply: Call['reply']): Call => {
      const at = clock.now();
      return { cohort: cohort.id, organisation, request, reply, from, to, at, again, ...above };
    };
    try {
      const answer = await perform({ table: observed, clock, people }, sending, request);
      checker.call(call({ answer }));
      count(request.kind, 'answered');
      requests.answered(sending, answer);
      const tickets = (answer.places ?? []).map(({ ticket }) => ticket);
      if (request.kind === 'claim') answered.set(cohort.id, Math.max(answered.get(cohort.id) ?? 0, ...tickets));
    } catch (error) {
      if (error instanceof AppError) checker.call(call({ refused: error.code }));
      else onFault(error);
      count(request.kind, error instanceof AppError ? error.code : 'unknown');
    }
  }

  /** The claims that are there to be put in order, in one of the host's own; the same each time that it is sent. */
  async function orderOf({ cohort, actor, idempotencyKey }: Sending): Promise<readonly number[]> {
    const known = orders.get(idempotencyKey);
    if (known !== undefined) return known;
    const { proposed } = await getAllocation.perform(contextOf(table, clock, actor), { cohort: cohort.id });
    const turn = Number(idempotencyKey.replace(/\D/g, '')) % Math.max(1, proposed.length);
    const order = [...proposed.slice(turn), ...proposed.slice(0, turn)].map(({ ticket }) => ticket);
    orders.set(idempotencyKey, order);
    return order;
  }

  return {
    replies,
    send: async (sending: Sending): Promise<void> => {
      const { request } = sending;
      if (request.kind !== 'allocate') await ask(sending, request);
      else {
        const order = await orderOf(sending).catch(onFault);
        if (order !== undefined) await ask(sending, { ...request, order });
      }
    },
  };
}

interface Performing {
  readonly table: Table;
  readonly clock: MovableClock;
  readonly people: People;
}

async function perform({ table, clock, people }: Performing, sending: Sending, request: Request): Promise<Answer> {
  const { actor, idempotencyKey, organisation } = sending;
  const context = contextOf(table, clock, actor, { idempotencyKey });
  const cohort = sending.cohort.id;
  switch (request.kind) {
    case 'claim': {
      const { quantity, allOrNothing, confirmUntil } = request;
      return await claimPlace.perform(context, { cohort, quantity, allOrNothing, confirmUntil });
    }
    case 'give-back':
      return await giveBackPlace.perform(context, { cohort, tickets: request.tickets });
    case 'capacity':
      return await changeCapacity.perform(context, { cohort, capacity: request.capacity });
    case 'status': {
      const change = request.status === 'closed' ? closeCohort : cancelCohort;
      await change.perform(context, { cohort });
      return {};
    }
    case 'name': {
      const { ticket } = request;
      const person = await people.released(organisation, cohort, ticket);
      await namePlace.perform(context, { cohort, ticket, person });
      return {};
    }
    case 'unname':
      await unnamePlace.perform(context, { cohort, ticket: request.ticket });
      return {};
    case 'allocate': {
      const adjustments = request.order.map((ticket) => ({ ticket, reason: 'Every claim has a reason' }));
      const { order } = await fixAllocation.perform(context, { cohort, order: request.order, adjustments });
      return { order };
    }
  }
}
