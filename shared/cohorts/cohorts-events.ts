import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import type { Cohort } from './cohort.ts';

const facts = z.object({
  cohort: z.string().describe('The id of the cohort'),
  programme: z.string().describe('The programme that it is a run of'),
  host: z.string().describe('The organisation that offers it'),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
});
const example = {
  cohort: 'coh_0123456789ab',
  programme: 'prg_0123456789ab',
  host: 'org_0123456',
  firstDay: '2027-09-14',
  lastDay: '2027-11-30',
};

const cohortCreated = defineEvent({
  type: 'cohort.created',
  version: 1,
  summary: 'A cohort was planned. Told to its host.',
  data: facts,
  example,
});

const cohortUpdated = defineEvent({
  type: 'cohort.updated',
  version: 1,
  summary: 'The plan of a cohort was changed before it opened. Told to its host.',
  data: facts,
  example,
});

const cohortArchived = defineEvent({
  type: 'cohort.archived',
  version: 1,
  summary: 'A cohort that is over or cancelled is left out of the lists from now on. Told to its host.',
  data: facts,
  example,
});

const cohortRestated = defineEvent({
  type: 'cohort.restated',
  version: 1,
  summary: 'The present plan of a cohort, when what happened to it could not be told. Told to its host.',
  data: facts.extend({ opened: z.boolean(), archived: z.boolean().optional() }),
  example: { ...example, opened: false },
});

export const cohortEvents = [cohortCreated, cohortUpdated, cohortArchived, cohortRestated];

/** What happened to the plan of a cohort. Opening, closing and cancelling are told by its ledger (shared/places). */
export function eventsOfCohort(before: Cohort | undefined, after: Cohort): readonly Announcement[] {
  if (before?.version === after.version) return [];
  switch (after.change.type) {
    case 'created':
      return [cohortCreated.announce(factsOf(after), [after.host])];
    case 'updated':
      return [cohortUpdated.announce(factsOf(after), [after.host])];
    case 'archived':
      return [cohortArchived.announce(factsOf(after), [after.host])];
    default:
      return [];
  }
}

/** The present plan of a cohort. */
export function restateCohort(after: Cohort): readonly Announcement[] {
  const { opened, archived } = after;
  const stands = { opened, ...(archived === undefined ? {} : { archived }) };
  return [cohortRestated.announce({ ...factsOf(after), ...stands }, [after.host])];
}

function factsOf({ id, programme, host, firstDay, lastDay }: Cohort) {
  return { cohort: id, programme, host, firstDay, lastDay };
}
