import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { mostPlacesAtOnce } from '../places/ledger.ts';
import { readCostPlan } from './costs-items.ts';
import { findCharges } from './find-charges.ts';
import { signedPence } from './pence.ts';
import { quoteByLedger } from './quote-by-ledger.ts';
import { vatTreatment } from './vat.ts';

const amount = { net: signedPence, vat: signedPence };
const quoted = z.object({
  ...amount,
  more: z.object(amount).describe('By how much that is more than without them'),
});

/**
 * What so many more places would cost the organisation acted for, were they confirmed: as everything stands, and at the
 * least and at the most, whatever others do from now on. It stays between those as long as the plan stays as it is and the
 * organisation keeps the places and has people attend. What it owes already for places that it gave up late is counted, and
 * comes off where it takes one again. No promise is made by it, and nothing is claimed.
 *
 * Refusals: `cost.not-found` while the cohort has no plan; `cohort.not-open` for a draft; `cohort.already-ended` for one that is
 * cancelled.
 */
export const quotePlaces = defineOperation({
  name: 'quote-places',
  summary: 'What more places would cost your organisation',
  kind: 'read',
  input: z.strictObject({
    cohort: cohortId,
    quantity: z.coerce.number().pipe(z.int().min(1).max(mostPlacesAtOnce)).default(1).describe('How many places'),
  }),
  output: z.object({
    cohort: z.string(),
    quantity: z.int(),
    treatment: vatTreatment.describe('How VAT is treated; while it is to be confirmed none is added'),
    without: z.object(amount).describe('What the organisation bears without them, as everything stands, in pence'),
    now: quoted.describe('What it would bear with them, everything else staying as it stands'),
    least: quoted.describe('No less than this, whatever others do'),
    most: quoted.describe('No more than this, whatever others do'),
  }),
  example: { cohort: 'coh_0123456789ab', quantity: 2 },
  refusals: ['cost.not-found', 'cohort.not-open', 'cohort.already-ended'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { quantity }, cohort) {
    const { table, clock } = context;
    const organisation = actingOrganisation(context);
    const ledger = await findLedger(table, cohort.id);
    if (ledger === undefined) throw refusal('cohort.not-open');
    if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
    const plan = await readCostPlan(table, cohort.id);
    if (plan === undefined) throw refusal('cost.not-found');
    const { charges: recorded } = await findCharges(table, cohort);
    const quote = quoteByLedger(plan, ledger, { organisation, places: quantity, now: clock.now(), recorded });
    const treatment =
      organisation === cohort.host ? 'outside-scope' : (plan.treatments[organisation] ?? 'to-be-confirmed');
    return { cohort: cohort.id, quantity, treatment, ...quote };
  },
});
