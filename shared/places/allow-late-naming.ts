import * as z from 'zod';
import { changeNow } from '../change.ts';
import { endOfDay } from '../clock.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { ticketSchema } from './ledger.ts';
import { noteOnPlace } from './note-on-place.ts';

/**
 * The host agrees that the name on a place is changed after the freeze date, until the end of a day. Repeated, it changes
 * nothing; the day given last counts.
 *
 * Refusals: `place.not-found`; `place.not-confirmed`; `request.invalid` for a day that has passed or is after the last day
 * of the cohort; `request.busy`. Causes place.late-naming-allowed.
 */
export const allowLateNaming = defineOperation({
  name: 'allow-late-naming',
  summary: 'Agree, as the host, to a change of the name on a place after the freeze date',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    ticket: ticketSchema,
    until: z.iso.date().describe('The last day (Europe/London) on which the name can be changed'),
  }),
  output: z.object({ cohort: z.string(), ticket: z.int(), lateUntil: z.iso.datetime() }),
  example: { cohort: 'coh_0123456789ab', ticket: 3, until: '2027-09-13' },
  refusals: ['place.not-found', 'place.not-confirmed', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { ticket, until }, cohort) {
    const lateUntil = endOfDay(until).toISOString();
    if (until > cohort.lastDay || lateUntil <= context.clock.now().toISOString()) {
      const message = 'A day from today to the last day of the cohort';
      throw refusal('request.invalid', undefined, { fields: [{ field: 'until', message }] });
    }
    const change = changeNow(context, 'late-naming-allowed');
    await noteOnPlace(context, cohort, { ticket, change }, (record) =>
      record.lateUntil === lateUntil ? undefined : { ...record, lateUntil },
    );
    return { cohort: cohort.id, ticket, lateUntil };
  },
});
