import * as z from 'zod';
import { changeNow } from '../change.ts';
import { beginningOf } from '../clock.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { hasAttended, withCompletion } from './attendance.ts';
import { findNamedPlaces, noteOnNamedPlaces } from './find-named-places.ts';
import { mostPlaces } from './record-attendance.ts';

/** Places, by their tickets, of which something is noted at once. */
export const severalTickets = z
  .array(z.int().min(1))
  .min(1)
  .max(mostPlaces)
  .refine((tickets) => new Set(tickets).size === tickets.length, 'A ticket is listed twice')
  .describe('The places, by their tickets');

/**
 * Notes that those who are named on places have completed the cohort, and on which day. Said again with another day or
 * reason, what stood there before is kept, five times back; just the same changes nothing.
 *
 * 1. Nothing is written unless all of it is right: the day of the last session has come (`place.not-complete-yet`), the day
 *    given is neither before it nor still to come (`request.invalid`), each place is confirmed and named
 *    (`place.not-found`, `place.not-confirmed`, `place.not-named`), the cohort neither cancelled nor archived
 *    (`cohort.already-ended`, `cohort.archived`), and where no session was attended there is a reason
 *    (`place.not-attended`), which is kept for those places alone and is about one organisation (`request.invalid`).
 * 2. Each place is a write of its own. Repeated, it finishes what was cut off (`request.busy`).
 *
 * Causes place.completed, for each place.
 */
export const completePlace = defineOperation({
  name: 'complete-place',
  summary: 'Note that those who are named on places have completed the cohort',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    tickets: severalTickets,
    on: z.iso.date().describe('The day (Europe/London) on which they completed it'),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe('Why, where no session was attended; the organisation that has the place sees it too'),
  }),
  output: z.object({ cohort: z.string(), tickets: z.array(z.int()), on: z.iso.date() }),
  example: { cohort: 'coh_0123456789ab', tickets: [3], on: '2027-09-14' },
  refusals: [
    'place.not-complete-yet',
    'place.not-attended',
    'place.not-found',
    'place.not-confirmed',
    'place.not-named',
    'cohort.already-ended',
    'cohort.archived',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { tickets, on, reason }, found) {
    const { cohort, places } = await findNamedPlaces(context, found, tickets);
    const now = context.clock.now();
    const hasCome = (day: string) => beginningOf(day) <= now;
    const { lastDay } = cohort;
    if (!hasCome(lastDay)) throw refusal('place.not-complete-yet', undefined, { facts: { lastDay } });
    if (on < lastDay || !hasCome(on)) {
      const message = 'A day from the last session to today';
      throw refusal('request.invalid', undefined, { fields: [{ field: 'on', message }] });
    }
    const absent = places.filter((place) => !hasAttended(place, cohort.sessions));
    if (absent[0] !== undefined && reason === undefined) {
      throw refusal('place.not-attended', undefined, { facts: { ticket: absent[0].ticket } });
    }
    // A reason speaks of people: it stands only where it is about, and no organisation reads why another's was absent.
    if (reason !== undefined && new Set(absent.map(({ organisation }) => organisation)).size > 1) {
      const message = 'A reason is about the places of one organisation: send those of the others apart';
      throw refusal('request.invalid', undefined, { fields: [{ field: 'reason', message }] });
    }
    const isAbsent = new Set(absent.map(({ ticket }) => ticket));
    await noteOnNamedPlaces(context, places, (record) => {
      const change = changeNow(context, 'completed');
      const why = isAbsent.has(record.ticket) ? reason : undefined;
      const noted = withCompletion(record, { on, reason: why, by: change.by, at: change.at });
      return noted === undefined ? undefined : { noted, change };
    });
    return { cohort: cohort.id, tickets, on };
  },
});
