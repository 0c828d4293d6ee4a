import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { attendanceOf, attendances, completionOf, withdrawals } from './attendance.ts';
import { standingOf } from './ledger.ts';
import { placeRecordSource } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

const note = {
  by: z.string().optional().describe('The id of who noted it; to the host alone'),
  at: z.iso.datetime(),
};
const attendance = z.object({ attendance: z.enum(attendances), ...note });
const completion = z.object({
  on: z.iso.date().optional().describe('Missing where the completion was withdrawn'),
  reason: z.string().optional().describe('Why, where no session was attended'),
  withdrawn: z.enum(withdrawals).optional(),
  ...note,
});
const attendedPlaceSchema = z.object({
  ticket: z.int(),
  organisation: z.string(),
  sessions: z
    .array(attendance.extend({ session: z.string(), before: z.array(attendance).describe('The newest last') }))
    .describe('The sessions of which it is noted, in the order of the plan'),
  completed: completion.extend({ before: z.array(completion).describe('The newest last') }).optional(),
});

/**
 * How the sessions of a cohort were attended and who completed it, place by place: the host sees all places, other
 * organisations their own. Only places on which a person is named; who it is says list-cohort-people.
 */
export const listCohortAttendance = defineOperation({
  name: 'list-cohort-attendance',
  summary: 'How a cohort was attended: the host sees every place, others their own',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId, ...pageInput }),
  output: pageOf(attendedPlaceSchema),
  example: { cohort: 'coh_0123456789ab', limit: 50 },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { limit, after }, found) {
    const acting = actingOrganisation(context);
    const ledger = await readLedger(context.table, found.id, { consistent: true });
    if (ledger === undefined) return { items: [] };
    const cohort = await findCurrentPlan(context.table, found, ledger);
    const isHost = acting === cohort.host;
    const held = standingOf(ledger).confirmed.filter(({ ticket }) => ledger.named?.has(ticket) === true);
    const shown = new Set(
      held.filter(({ organisation }) => isHost || organisation === acting).map(({ ticket }) => ticket),
    );
    const seen = <Noted extends { readonly by: string }>({ by, ...noted }: Noted) =>
      isHost ? { ...noted, by } : noted;
    return await readPage({
      sources: [placeRecordSource(context.table, cohort.id)],
      sortKey: ({ sk }) => sk,
      answer: (record) => {
        if (!shown.has(record.ticket)) return undefined;
        const noted = attendanceOf(record);
        const sessions = cohort.sessions.flatMap(({ id }) => {
          const one = noted.get(id);
          return one === undefined ? [] : [{ session: id, ...seen(one), before: one.before.map(seen) }];
        });
        const completed = completionOf(record);
        const { ticket, organisation } = record;
        if (completed === undefined) return { ticket, organisation, sessions };
        const { person: _person, ...rest } = completed;
        return { ticket, organisation, sessions, completed: { ...seen(rest), before: rest.before.map(seen) } };
      },
      after: sortKeyAfter(after, new RegExp(`^PLACE#${cohort.id}-[0-9]{10}$`)),
      limit,
    });
  },
});
