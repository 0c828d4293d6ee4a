import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerApproval, approvalAnswerSchema } from './buying-answer.ts';
import { readApproval, writeApproval } from './buying-items.ts';
import { pence } from './pence.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * Approves, as a budget holder of the own organisation, what it may spend on a cohort in all, VAT included, in place of what
 * was approved before; `If-Match: "0"` approves for the first time. Claims go by it where the organisation's own rules ask for
 * an approval. It is nobody else's to see.
 *
 * Refusals: `request.stale`.
 */
export const approveSpending = defineOperation({
  name: 'approve-spending',
  summary: 'Approve what your organisation may spend on a cohort',
  kind: 'change',
  input: z.strictObject({
    cohort: cohortId,
    amount: pence.min(1).describe('Up to how much in all, VAT included'),
  }),
  output: approvalAnswerSchema,
  example: { cohort: 'coh_0123456789ab', amount: 450_000 },
  refusals: ['request.stale'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, given) {
    const { table } = context;
    const { cohort, amount } = given;
    const organisation = actingOrganisation(context);
    const approval = await writeOnceBehind(context, 'approve-spending', given, {
      read: async () => await readApproval(table, organisation, cohort),
      write: async (next) => await writeApproval(table, { organisation, cohort, amount, ...next }),
    });
    return answerApproval(cohort, approval);
  },
});
