import * as z from 'zod';
import { sessionId, sessionSchema } from '../cohorts/session.ts';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { findOwnPerson } from '../people/find-people.ts';
import { attendanceOf, attendances, completionOf } from './attendance.ts';
import { namedPlacesAmong } from './find-own-places.ts';
import { cohortStatuses } from './ledger.ts';
import { readPersonPlaces } from './place-records-views.ts';

const ownPlaceSchema = z.object({
  cohort: z.string(),
  ticket: z.int(),
  programme: z.string(),
  host: z.string(),
  title: z.string(),
  name: z.string(),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  status: z.enum(cohortStatuses),
  sessions: z.array(
    sessionSchema.extend({
      id: sessionId,
      attendance: z.enum(attendances).optional().describe('How you attended it, once that is noted'),
    }),
  ),
  completedOn: z.iso.date().optional().describe('The day on which you completed it: there is a certificate'),
});

/**
 * The places on which the person who is signed in is named by the organisation acted for, with their sessions and what is
 * noted of them; on cancelled cohorts too, with that status. A view: what was done in the last seconds may be missing. What
 * is no longer so is left out, so a page may be short and still have a `next`.
 *
 * Refusals: `person.not-unique`.
 */
export const listOwnPlaces = defineOperation({
  name: 'list-own-places',
  summary: 'The places on which you are named',
  kind: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(ownPlaceSchema),
  example: { limit: 50 },
  refusals: ['person.not-unique'],
  notFound: 'person.not-found',
  target: findOwnPerson,
  async run({ table }, { limit, after }, person) {
    const { items: lines, next } = await readPage({
      sources: [async (from, wanted) => await readPersonPlaces(table, person.id, from, wanted)],
      sortKey: ({ sk }) => sk,
      answer: (line) => (line.gone ? undefined : line),
      after: sortKeyAfter(after, /^COHORT#coh_[0-9a-z]{12}#[0-9]{10}$/),
      limit,
    });
    const places = await namedPlacesAmong(table, person, lines);
    const items = places.map(({ cohort, status, record }) => {
      const { id, programme, host, title, name, firstDay, lastDay } = cohort;
      const noted = attendanceOf(record);
      const sessions = cohort.sessions.map((session) => ({
        ...session,
        attendance: noted.get(session.id)?.attendance,
      }));
      const place = {
        cohort: id,
        ticket: record.ticket,
        programme,
        host,
        title,
        name,
        firstDay,
        lastDay,
        status,
        sessions,
      };
      const completedOn = status === 'cancelled' ? undefined : completionOf(record)?.on;
      return completedOn === undefined ? place : { ...place, completedOn };
    });
    return next === undefined ? { items } : { items, next };
  },
});
