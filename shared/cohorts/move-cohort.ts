import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { endOfDay, epochSeconds } from '../clock.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { findLedger, ledgerMoved } from '../places/cohort-ledger.ts';
import { unnamedPlaces, type Ledger } from '../places/ledger.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { checkedDays, isOver, type DayMatters } from './cohort-plan.ts';
import { cohortId, type Cohort } from './cohort.ts';
import { openedReplaced, readCohortAnew } from './cohorts-items.ts';
import { findCurrentCohort } from './find-visible-cohort.ts';
import { changedSessionsSchema, identifiedSessions, type ChangedSession } from './session.ts';

/** How many sessions that were called off are remembered. */
const mostCalledOff = 40;

/**
 * Moves a cohort that was opened: gives its sessions anew, for one that is neither over nor cancelled. Those that come with
 * their ids are the same sessions on other days; those that are left out are called off. Every place stays as it is, and the
 * dates by which people are to be named follow the first day; whoever has to name somebody is reminded anew. The days until
 * which places are held, and on which claims or applications close, stay: the new first day comes after those that still
 * matter. One that has passed does not, nor one until which nothing is held without a name any more. One transaction
 * moves the plan and the ledger, so that the two never differ. Sent again, it is answered again.
 *
 * Refusals: `request.stale`; `cohort.not-open` for a draft, which is changed by update-cohort; `cohort.already-ended` when it
 * is cancelled; `cohort.over`; `request.invalid` for sessions that do not fit together, or would all have passed;
 * `request.busy`. Causes cohort.moved, and place.moved for whoever has places.
 */
export const moveCohort = defineOperation({
  name: 'move-cohort',
  summary: 'Move the sessions of an opened cohort',
  kind: 'change',
  input: z.strictObject({ cohort: cohortId, sessions: changedSessionsSchema }),
  output: cohortAnswerSchema,
  example: {
    cohort: 'coh_0123456789ab',
    sessions: [{ id: '1-1', day: '2027-10-05', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
  },
  refusals: ['request.stale', 'cohort.not-open', 'cohort.already-ended', 'cohort.over', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { sessions }, cohort) {
    const { table } = context;
    const now = context.clock.now();
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'move-cohort', { cohort: cohort.id, sessions });
    const answer = async (plan: Cohort) => cohortAnswer(plan, await findLedger(table, plan.id), plan.host);
    if (isOwnWrite(cohort, seen, request)) return await answer(cohort);
    const ledger = movable(cohort, await findLedger(table, cohort.id), now);
    if (cohort.version !== seen) throw refusal('request.stale');
    const change = { ...changeNow(context, 'moved'), request };
    const next: Cohort = { ...movedPlan(cohort, sessions, { ledger, now }), version: seen + 1, change };
    if (await table.transact([openedReplaced(next), ledgerMoved(next, ledger, change)])) return await answer(next);
    const found = (await readCohortAnew(table, cohort.id)) ?? cohort;
    if (isOwnWrite(found, seen, request)) return await answer(found);
    movable(found, await findLedger(table, cohort.id), now);
    throw refusal(found.version === seen ? 'request.busy' : 'request.stale');
  },
});

/** The ledger of a cohort that can be moved. Refuses one that cannot. */
function movable(cohort: Cohort, ledger: Ledger | undefined, now: Date): Ledger {
  if (ledger === undefined) throw refusal('cohort.not-open');
  if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
  if (isOver(cohort, now)) throw refusal('cohort.over');
  return ledger;
}

/** Which days of a plan still matter: those to come and, of those until which places are held, where some are without a name. */
function daysToCome(ledger: Ledger, now: Date): DayMatters {
  const held = new Set(unnamedPlaces(ledger).flatMap((place) => (place.held ? [place.until] : [])));
  return (what, day) => {
    const end = endOfDay(day);
    return end > now && (what === 'closing' || held.has(epochSeconds(end)));
  };
}

/** The plan with its sessions moved. Refuses with `request.invalid` what does not fit together or has passed. */
function movedPlan(
  cohort: Cohort,
  given: readonly ChangedSession[],
  { ledger, now }: { readonly ledger: Ledger; readonly now: Date },
) {
  const sessions = identifiedSessions(given, cohort.version + 1, cohort.sessions);
  const plan = { ...cohort, sessions };
  const days = checkedDays(plan, daysToCome(ledger, now));
  if (isOver(days, now)) {
    const fields = [{ field: 'sessions', message: 'The last of these days has passed' }];
    throw refusal('request.invalid', undefined, { fields });
  }
  const kept = new Set(sessions.map(({ id }) => id));
  const left = cohort.sessions.filter(({ id }) => !kept.has(id));
  const calledOff = [...(cohort.calledOff ?? []), ...left].slice(-mostCalledOff);
  return { ...plan, ...days, ...(calledOff.length === 0 ? {} : { calledOff }) };
}
