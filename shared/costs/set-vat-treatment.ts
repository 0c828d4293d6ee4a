import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { organisationId } from '../organisations/organisation.ts';
import type { Table } from '../table/table.ts';
import { changeCostPlan } from './change-cost-plan.ts';
import { costPlanAnswerSchema } from './cost-plan-answer.ts';
import { mostSharers } from './sharing-rule.ts';
import { vatTreatment } from './vat.ts';

/**
 * Chooses how VAT is treated between the host as supplier and one partner as customer, on the shares of this cohort. Finance
 * chooses it, at any time; nothing infers it. `to-be-confirmed` takes a choice back. What was posted before is followed by
 * the difference.
 *
 * Refusals: `cost.not-found`, `request.stale`; `request.invalid` for a customer that is not here or is the host, and
 * for more than 150 of them. Causes cost.planned.
 */
export const setVatTreatment = defineOperation({
  name: 'set-vat-treatment',
  summary: 'Choose how VAT is treated between the host and a partner',
  kind: 'change',
  input: z.strictObject({
    cohort: cohortId,
    customer: organisationId.describe('The partner'),
    treatment: vatTreatment.describe('As the finance of the host chooses it'),
  }),
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', customer: 'org_abcdefg', treatment: 'outside-scope' },
  refusals: ['cost.not-found', 'request.stale'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, given, cohort) {
    const { customer, treatment } = given;
    const treating = { operation: 'set-vat-treatment', type: 'vat-treated', given } as const;
    if (customer === cohort.host) throw wrongCustomer('The host adds no VAT to what it bears itself');
    await checkIsHere(context.table, customer);
    return await changeCostPlan(context, cohort, treating, ({ treatments: { [customer]: _before, ...others } }) => {
      if (treatment === 'to-be-confirmed') return { treatments: others };
      if (Object.keys(others).length >= mostSharers) throw wrongCustomer('This plan has as many as it can take');
      return { treatments: { ...others, [customer]: treatment } };
    });
  },
});

async function checkIsHere(table: Table, organisation: string): Promise<void> {
  const found = await findOrganisations(table, [organisation]);
  if (!found.has(organisation)) throw wrongCustomer('There is no organisation with this id');
}

function wrongCustomer(message: string) {
  return refusal('request.invalid', undefined, { fields: [{ field: 'customer', message }] });
}
