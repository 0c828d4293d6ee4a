import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { calendarEventsOf, calendarTitle } from './calendar-events.ts';
import { cohortId } from './cohort.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';
import { writeCalendar } from './write-calendar.ts';

/**
 * Gives the sessions of a cohort as an iCalendar file. Read again after the plan was changed or the cohort cancelled, it
 * has the same events with their new times and states, so that a calendar which takes it moves them and adds none.
 */
export const getCohortCalendar = defineOperation({
  name: 'get-cohort-calendar',
  summary: 'The sessions of a cohort, for a calendar',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: answeredFileSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, found) {
    const ledger = await findLedger(context.table, found.id);
    const cohort = await findCurrentPlan(context.table, found, ledger);
    const events = calendarEventsOf(cohort, ledger?.status ?? 'draft');
    return { name: `${cohort.id}.ics`, content: writeCalendar(calendarTitle(cohort), events) };
  },
});
