import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actorId } from '../context.ts';
import { defineOperation } from '../operation.ts';
import { ticketSchema } from './ledger.ts';
import { noteOnPlace } from './note-on-place.ts';

/**
 * The host takes on a place also a person who is not of the programme's audience. It is recorded with its reason, and
 * counts for whoever is named on this place, also where there was one before for a selected person alone. Repeated, the first
 * reason stays.
 *
 * Refusals: `place.not-found`, `place.not-confirmed`, `request.busy`. Causes place.exception-made.
 */
export const makeException = defineOperation({
  name: 'make-exception',
  summary: 'Take, as the host, a person who is not eligible on a place',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    ticket: ticketSchema,
    reason: z.string().trim().min(1).max(500).describe('Why; the organisation that has the place sees it too'),
  }),
  output: z.object({ cohort: z.string(), ticket: z.int() }),
  example: { cohort: 'coh_0123456789ab', ticket: 3, reason: 'Takes over a team during the programme' },
  refusals: ['place.not-found', 'place.not-confirmed', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { ticket, reason }, cohort) {
    const exception = { reason, by: actorId(context.actor), at: context.clock.now().toISOString() };
    await noteOnPlace(context, cohort, { ticket, change: changeNow(context, 'exception-made') }, (record) =>
      record.exception === undefined || record.exception.person !== undefined ? { ...record, exception } : undefined,
    );
    return { cohort: cohort.id, ticket };
  },
});
