import * as z from 'zod';
import { changeNow } from '../change.ts';
import { beginningOf } from '../clock.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { sessionId } from '../cohorts/session.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { attendances, withAttendance } from './attendance.ts';
import { findNamedPlaces, noteOnNamedPlaces } from './find-named-places.ts';
import { ticketSchema } from './ledger.ts';

/** The most places that a cohort has. */
export const mostPlaces = 150;

const attendanceSchema = z.strictObject({ ticket: ticketSchema, attendance: z.enum(attendances) });

/**
 * Notes how one session of a cohort was attended by those who are named on places: in full, in part, or not. What is noted
 * otherwise later on is a correction, and what stood there before is kept with who noted it and when, five times back.
 *
 * 1. Nothing is written unless all of it is right: the session is one of the cohort's (`session.not-found`) and its day has
 *    come (`session.not-begun`); each place is confirmed and named (`place.not-found`, `place.not-confirmed`,
 *    `place.not-named`); the cohort is neither cancelled nor archived (`cohort.already-ended`, `cohort.archived`).
 * 2. Each place is a write of its own. Repeated, it finishes what was cut off (`request.busy`) and changes nothing else.
 *
 * Causes place.attended, for each place of which something new is noted.
 */
export const recordAttendance = defineOperation({
  name: 'record-attendance',
  summary: 'Note how a session was attended, for several places at once',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    session: sessionId,
    places: z
      .array(attendanceSchema)
      .min(1)
      .max(mostPlaces)
      .refine(
        (places) => new Set(places.map(({ ticket }) => ticket)).size === places.length,
        'A ticket is listed twice',
      ),
  }),
  output: z.object({ cohort: z.string(), session: z.string(), places: z.array(attendanceSchema) }),
  example: { cohort: 'coh_0123456789ab', session: '1-1', places: [{ ticket: 3, attendance: 'full' }] },
  refusals: [
    'session.not-found',
    'session.not-begun',
    'place.not-found',
    'place.not-confirmed',
    'place.not-named',
    'cohort.already-ended',
    'cohort.archived',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { session, places }, found) {
    const wanted = new Map(places.map(({ ticket, attendance }) => [ticket, attendance]));
    const { cohort, places: named } = await findNamedPlaces(context, found, [...wanted.keys()]);
    const planned = cohort.sessions.find(({ id }) => id === session);
    if (planned === undefined) throw refusal('session.not-found');
    if (context.clock.now() < beginningOf(planned.day)) {
      throw refusal('session.not-begun', undefined, { facts: { day: planned.day } });
    }
    await noteOnNamedPlaces(context, named, (record) => {
      const attendance = wanted.get(record.ticket);
      if (attendance === undefined) return undefined;
      const change = { ...changeNow(context, 'attended'), session, attendance };
      const noted = withAttendance(record, session, { attendance, by: change.by, at: change.at });
      return noted === undefined ? undefined : { noted, change };
    });
    return { cohort: cohort.id, session, places };
  },
});
