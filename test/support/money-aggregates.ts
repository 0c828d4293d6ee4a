import type { Clock } from '../../shared/clock.ts';
import { postShares } from '../../shared/costs/post-shares.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import { acceptNetting } from '../../shared/settlements/accept-netting.ts';
import { proposeNetting } from '../../shared/settlements/propose-netting.ts';
import { proposeSettlement } from '../../shared/settlements/propose-settlement.ts';
import { actorId } from '../../shared/context.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { reversePosting } from '../../shared/postings/reverse-posting.ts';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf } from './context.ts';
import { givenPosting } from './postings.ts';
import { agreedBy, givenStatement } from './statements.ts';

/**
 * One of every kind of aggregate about money, between a host and another organisation: a change that can be made to each, in
 * this order, and the key of each. A settlement is made by its change, with its payment; so is a reversal.
 */
export async function givenMoneyAggregates(
  table: Table,
  clock: Clock,
  { host, other, cohort }: { readonly host: string; readonly other: string; readonly cohort: string },
) {
  const as = (organisation: string, request: Parameters<typeof contextOf>[3] = {}) =>
    contextOf(table, clock, personOf(organisation, ['finance']), request);
  await setCostPlan.perform(as(host, { expectedVersion: 0 }), { cohort, lines: [], rule: undefined });
  const { id: posting, debtor, period } = await givenPosting(table, { creditor: host, cohort });
  const statement = await givenStatement(table, clock, { creditor: host, debtor: other });
  const { id: netting } = await proposeNetting.perform(as(host), { members: [other] });
  const settling = as(host, { idempotencyKey: 'settle' });
  const settlement = idOfRequest('stl', actorId(settling.actor), 'propose-settlement', 'settle');
  const nameOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk} ${sk}`;
  const done = async () => {
    await Promise.resolve();
  };
  return {
    changed: {
      COSTS: async () =>
        await setCostPlan.perform(as(host, { expectedVersion: 1 }), { ...setCostPlan.example, cohort }),
      SHARES: async () => await postShares(table, clock, cohort),
      REVERSAL: async () =>
        await reversePosting.perform(as(host), { ...reversePosting.example, posting, debtor, period }),
      STATEMENT: async () => await agreedBy(table, clock, statement),
      NETTING: async () => await acceptNetting.perform(as(other), { netting }),
      SETTLEMENT: async () => await proposeSettlement.perform(settling, { statements: [statement.id] }),
      PAYMENT: done,
    },
    names: {
      COSTS: nameOf(keys.costPlan(cohort)),
      SHARES: nameOf(keys.shares(cohort)),
      REVERSAL: `COHORT#${cohort} REVERSAL#${posting}`,
      STATEMENT: `STATEMENT#${statement.id} STATEMENT`,
      NETTING: `NETTING#${netting} NETTING`,
      SETTLEMENT: `SETTLEMENT#${settlement} SETTLEMENT`,
      PAYMENT: `SETTLEMENT#${settlement} PAYMENT#${settlement}-0000000001`,
    },
  };
}
