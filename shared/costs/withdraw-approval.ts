import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerApproval, approvalAnswerSchema } from './buying-answer.ts';
import { readApproval, writeApproval } from './buying-items.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * Takes back what was approved to be spent on a cohort. Places that were claimed by it stay.
 *
 * Refusals: `request.stale`.
 */
export const withdrawApproval = defineOperation({
  name: 'withdraw-approval',
  summary: 'Take back what your organisation approved to be spent on a cohort',
  kind: 'change',
  input: z.strictObject({ cohort: cohortId }),
  output: approvalAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['request.stale'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, given) {
    const { table } = context;
    const { cohort } = given;
    const organisation = actingOrganisation(context);
    const approval = await writeOnceBehind(context, 'withdraw-approval', given, {
      read: async () => await readApproval(table, organisation, cohort),
      write: async (next) => await writeApproval(table, { organisation, cohort, amount: 0, ...next }),
    });
    return answerApproval(cohort, approval);
  },
});
