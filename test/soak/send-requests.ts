import { cancelCohort } from '../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../shared/cohorts/close-cohort.ts';
import { AppError } from '../../shared/errors.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, type MovableClock } from '../support/context.ts';
import type { Answer, Call, Request } from './check-answers.ts';
import type { HistoryChecker } from './check-history.ts';
import { namePerson } from './name-person.ts';
import { observeTable } from './observed-table.ts';
import type { randomRequests, Sending } from './random-requests.ts';

/** What became of the requests, by kind: `claim answered`, `claim place.full`, `claim unknown` when nobody can tell. */
type Replies = Record<string, number>;

/**
 * Sends requests to the operations, as their edge would, and tells the checker of each what was asked, what came of it,
 * and between which versions of the ledger. A fault that reaches the caller leaves open what came of it.
 */
export function requestSender(
  { table, clock }: { readonly table: Table; readonly clock: MovableClock },
  checker: Pick<HistoryChecker, 'call'>,
  requests: Pick<ReturnType<typeof randomRequests>, 'answered'>,
  onFault: (error: unknown) => void,
) {
  const newest = new Map<string, number>();
  const answered = new Map<string, number>();
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
      return { cohort: cohort.id, organisation, request, reply, from, to, at, ...above };
    };
    try {
      const answer = await perform(observed, clock, sending, request);
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

  return {
    replies,
    send: async (sending: Sending): Promise<void> => {
      const { request, cohort, actor } = sending;
      if (request.kind === 'name')
        await namePerson(contextOf(table, clock, actor), cohort.id, request.ticket).catch(onFault);
      else await ask(sending, request);
    },
  };
}

async function perform(table: Table, clock: MovableClock, sending: Sending, request: Request): Promise<Answer> {
  const { actor, idempotencyKey } = sending;
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
  }
}
