import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { answerPostings, postingAnswerSchema } from './posting-answer.ts';
import { readPostingsOfCohort } from './postings-items.ts';

/**
 * What was posted for a cohort, in the order in which it was: its host sees what all owe it, everybody else what they owe
 * themselves. What was posted in the last second may be missing. A page may be short, even empty, and still have a `next`.
 */
export const listCohortPostings = defineOperation({
  name: 'list-cohort-postings',
  summary: 'What was posted for a cohort: the host sees all of it, others their own',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId, ...pageInput }),
  output: pageOf(postingAnswerSchema),
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { limit, after }, { id: cohort, host }) {
    const organisation = actingOrganisation(context);
    const { table } = context;
    const page = await readPage({
      sources: [async (from, wanted) => await readPostingsOfCohort(table, cohort, wanted, from)],
      sortKey: ({ gsi1sk }) => gsi1sk,
      answer: (posting) => ([host, posting.debtor].includes(organisation) ? posting : undefined),
      after: sortKeyAfter(after, /^\d{10}#org_[0-9a-z]{7}#pst_[0-9a-z]{16}$/),
      limit,
    });
    return { ...page, items: await answerPostings(table, page.items) };
  },
});
