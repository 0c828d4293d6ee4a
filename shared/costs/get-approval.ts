import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerApproval, approvalAnswerSchema } from './buying-answer.ts';
import { readApproval } from './buying-items.ts';

/** Up to how much the own organisation may spend on a cohort, as its budget holder has approved. */
export const getApproval = defineOperation({
  name: 'get-approval',
  summary: 'What your organisation has approved to be spent on a cohort',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: approvalAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { cohort }) {
    return answerApproval(cohort, await readApproval(context.table, actingOrganisation(context), cohort));
  },
});
