import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { answerApplications, applicationAnswerSchema } from './application-answer.ts';
import { applicationStatuses } from './application-states.ts';
import { applicationsSource } from './applications-items.ts';
import { findSight } from './find-application.ts';

/**
 * Applications to a cohort, by id, as they are at this moment: to the host's leads those that are or were endorsed, to
 * those of another organisation its own, to everybody else the one that is theirs. A page may be short, or empty, and
 * still have a `next`.
 *
 * Refusals: `person.not-unique`.
 */
export const listApplications = defineOperation({
  name: 'list-applications',
  summary: 'Applications to a cohort: the host sees endorsed ones, leads their organisation’s, others their own',
  kind: 'read',
  input: z.strictObject({
    cohort: cohortId,
    status: z.enum(applicationStatuses).optional().describe('Only those that stand so'),
    ...pageInput,
  }),
  output: pageOf(applicationAnswerSchema),
  example: { cohort: 'coh_0123456789ab', status: 'endorsed', limit: 20 },
  refusals: ['person.not-unique'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { status, limit, after }, cohort) {
    const look = await findSight(context, cohort);
    const { items, ...rest } = await readPage({
      sources: [applicationsSource(context.table, cohort.id)],
      sortKey: ({ sk }) => sk,
      answer: (application) => {
        const sight = look(application);
        const isWanted = sight !== undefined && (status === undefined || application.status === status);
        return isWanted ? { application, sight } : undefined;
      },
      after: sortKeyAfter(after, /^APPLICATION#app_[0-9a-z]{12}$/),
      limit,
    });
    return { items: await answerApplications(context, cohort, items), ...rest };
  },
});
