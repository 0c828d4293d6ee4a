import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findReversed, type Reversed } from '../postings/find-reversed.ts';
import { readCostPlan } from './costs-items.ts';
import { pence, signedPence } from './pence.ts';
import type { Share } from './share-out.ts';
import { sharedCost } from './shared-cost.ts';
import { readShares } from './shares-items.ts';
import { shareSchema, sharesWithHost } from './shares.ts';

const reversed = z
  .object({ net: signedPence, vat: signedPence })
  .describe(
    'What reversals of its postings came to, less what stays owed of those: below nought what was taken back. It owes the share and this together',
  );

/**
 * What each organisation bears of the cost of a cohort: until the freeze date as it is foreseen, from then on as it was
 * posted. The host sees every share, a partner its own. It follows what happened by some seconds; the host bears what is left
 * of the cost as it is at this moment.
 *
 * A reversal does not change how the cost is shared, so a share stays as it was posted; what was reversed stands beside it
 * (`reversed`). Who bears nothing any more, and had something reversed, is among the shares with nought.
 *
 * Refusals: `cost.not-found` while nothing was worked out, because there is no cost plan or the cohort is a draft.
 */
export const getShares = defineOperation({
  name: 'get-shares',
  summary: 'What each organisation bears of the cost of a cohort',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({
    cohort: z.string(),
    host: z.string(),
    status: z
      .enum(['forecast', 'posted'])
      .describe('Whether shares are foreseen, and may change with every place, or were posted and are owed'),
    freezesOn: z.iso.date().describe('The day (Europe/London) from which shares are posted'),
    shared: pence.describe('What there is to share, in pence; net of the VAT that the host adds'),
    shares: z
      .array(shareSchema.extend({ reversed: reversed.optional() }))
      .describe(
        'In pence, that of the host last; below nought, it keeps what is over. A reversal does not change how the cost is shared: it stands beside the share',
      ),
    incomplete: z.literal(true).optional().describe('There are more reversals than are added up'),
  }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cost.not-found'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, { id: cohort, host }) {
    const { table } = context;
    const [plan, found, { byDebtor, isAll }] = await Promise.all([
      readCostPlan(table, cohort),
      readShares(table, cohort),
      findReversed(table, cohort),
    ]);
    if (plan === undefined || found === undefined) throw refusal('cost.not-found');
    const { status, freezesOn } = found;
    const { toShare: shared } = sharedCost(plan).counted;
    const shares = withReversed(sharesWithHost(found, shared), byDebtor);
    const organisation = actingOrganisation(context);
    const seen = organisation === host ? shares : shares.filter((share) => share.organisation === organisation);
    return { cohort, host, status, freezesOn, shared, shares: seen, ...(isAll ? {} : { incomplete: true as const }) };
  },
});

/** Each share with what was reversed of it; before them, who has no share any more and had something reversed. */
function withReversed(shares: readonly Share[], byDebtor: ReadonlyMap<string, Reversed>) {
  const bearing = new Set(shares.map(({ organisation }) => organisation));
  const others = [...byDebtor].flatMap(([organisation, { treatment }]): Share[] =>
    bearing.has(organisation) ? [] : [{ organisation, net: 0, vat: 0, treatment, tickets: [] }],
  );
  return [...others, ...shares].map((share) => {
    const { net, vat } = byDebtor.get(share.organisation) ?? {};
    return net === undefined || vat === undefined ? share : { ...share, reversed: { net, vat } };
  });
}
