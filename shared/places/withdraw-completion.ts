import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';
import { withdrawals, withoutCompletion } from './attendance.ts';
import { severalTickets } from './complete-place.ts';
import { findNamedPlaces, noteOnNamedPlaces } from './find-named-places.ts';

/**
 * Takes back that those who are named on places have completed the cohort: their certificates are there no more. What was
 * noted is kept. Repeated, and where nothing is complete, it changes nothing.
 *
 * Refusals: `place.not-found`, `place.not-confirmed`, `place.not-named`, `cohort.already-ended`, `cohort.archived`,
 * `request.busy`; nothing is written unless it can be for all of the places. Causes place.completion-withdrawn, for each.
 */
export const withdrawCompletion = defineOperation({
  name: 'withdraw-completion',
  summary: 'Take back that places are complete',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    tickets: severalTickets,
    reason: z
      .enum(withdrawals)
      .describe('Noted in error, or something that was asked for is missing; told to all concerned'),
  }),
  output: z.object({ cohort: z.string(), tickets: z.array(z.int()) }),
  example: { cohort: 'coh_0123456789ab', tickets: [3], reason: 'by-mistake' },
  refusals: [
    'place.not-found',
    'place.not-confirmed',
    'place.not-named',
    'cohort.already-ended',
    'cohort.archived',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { tickets, reason }, found) {
    const { cohort, places } = await findNamedPlaces(context, found, tickets);
    await noteOnNamedPlaces(context, places, (record) => {
      const change = changeNow(context, 'completion-withdrawn');
      const noted = withoutCompletion(record, { withdrawn: reason, by: change.by, at: change.at });
      return noted === undefined ? undefined : { noted, change };
    });
    return { cohort: cohort.id, tickets };
  },
});
