import * as z from 'zod';
import { dayOf } from '../clock.ts';
import { actorId, type Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { period, periodOf } from './period.ts';
import { answerPeriods, mostClosings, periodsAnswerSchema } from './periods-answer.ts';
import type { Periods } from './posting.ts';
import { putPeriods, readPeriods } from './postings-items.ts';
import { recordAccruals } from './record-accruals.ts';

/** How often it is tried when somebody else closes a month at the same moment. */
const mostAttempts = 4;

/**
 * Closes a month of what the organisation acted for is owed, and with it every month before that is still open. From then on
 * nothing is posted into it any more: what comes later goes into the first open month and keeps its true day (`effectiveOn`).
 * That cannot be taken back. A month that is closed already stays as it was: who closed it, and when, is not changed.
 *
 * Then what is to be owed for sessions that were held by the end of the month, and was not posted by then, is accrued, for the
 * journals of both sides. Cut off on the way, the same request goes on with that.
 *
 * Refusals: `period.not-over` for this month (Europe/London) and those to come.
 */
export const closePeriod = defineOperation({
  name: 'close-period',
  summary: 'Close a month of what you are owed: what is posted later goes into the next',
  kind: 'act',
  input: z.strictObject({ period, predecessor }),
  output: periodsAnswerSchema,
  example: { period: '2026-12' },
  refusals: ['period.not-over', 'request.busy'],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run(context, { period: month }, organisation) {
    if (month >= periodOf(dayOf(context.clock.now()))) throw refusal('period.not-over');
    const { table, clock } = context;
    const periods = await closedThrough(context, organisation, month);
    // A month that was closed with a later one had nothing accrued at its end: that was then part of the later one's.
    const isItself = periods.closings.some((closing) => closing.period === month);
    if (isItself) await recordAccruals(table, clock, organisation, month);
    return await answerPeriods(table, organisation, periods);
  },
});

/** The periods of an organisation, closed up to a month at least. */
async function closedThrough({ table, actor, clock }: Context, organisation: string, month: string) {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await readPeriods(table, organisation);
    if (before !== undefined && month <= before.through) return before;
    const closing = { period: month, by: actorId(actor), at: clock.now().toISOString() };
    const after: Omit<Periods, 'pk' | 'sk'> = {
      through: month,
      closings: [...(before?.closings ?? []), closing].slice(-mostClosings),
      version: (before?.version ?? 0) + 1,
    };
    if (await putPeriods(table, after, organisation)) return after;
  }
  throw refusal('request.busy');
}
