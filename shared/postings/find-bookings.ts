import { bookedIncome } from '../costs/booked-income.ts';
import { findCostPlan } from '../costs/find-cost-plan.ts';
import { findOrders } from '../costs/find-orders.ts';
import { findIssued } from '../statements/find-issued.ts';
import { purchaseOrderFor } from '../statements/purchase-orders.ts';
import { idOfStatement } from '../statements/statement.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import type { Journal, JournalFact } from './read-journal.ts';

/** So many cost plans are read at the same time. */
const plansAtOnce = 8;

/** To what a line of a journal is booked, and on which invoice or credit note it stands. */
export interface Booking {
  readonly costCentre?: string | undefined;
  readonly reference?: string | undefined;
  readonly purchaseOrder?: string | undefined;
  readonly statement?: string | undefined;
}

type Fact = Pick<JournalFact, 'creditor' | 'debtor' | 'cohort' | 'entry'>;

/**
 * To what the lines of an organisation's journal are booked. What it is owed, by the cost plan of the cohort, which is its own; the
 * purchase order of the debtor is told as the issued statement tells it. What it owes, by its own order. The statement is blank while
 * none is issued, and of an accrual, which is in none.
 */
export async function findBookings(
  table: Table,
  { organisation, period }: Pick<Journal, 'organisation' | 'period'>,
  facts: readonly Fact[],
): Promise<(fact: Fact) => Booking> {
  const [receivable, payable] = [
    facts.filter(({ creditor }) => creditor === organisation),
    facts.filter(({ creditor }) => creditor !== organisation),
  ];
  const statementOf = ({ creditor, debtor }: Fact) => idOfStatement({ creditor, debtor, period });
  const [plans, orders, issued] = await Promise.all([
    readPlans(table, cohortsOf(receivable)),
    findOrders(table, organisation, cohortsOf(payable)),
    findIssued(table, facts.filter(isPosted).map(statementOf)),
  ]);
  return (fact) => {
    const stated = isPosted(fact) ? issued.get(statementOf(fact)) : undefined;
    const told = stated && purchaseOrderFor(stated, fact.cohort);
    if (fact.creditor === organisation) {
      return { ...plans.get(fact.cohort), purchaseOrder: told, statement: stated?.number };
    }
    const { costCentre, purchaseOrder = told } = orders.get(fact.cohort) ?? {};
    return { costCentre, purchaseOrder, statement: stated?.number };
  };
}

function isPosted({ entry }: Fact): boolean {
  return entry !== 'accrual' && entry !== 'accrual-reversal';
}

function cohortsOf(facts: readonly Fact[]): string[] {
  return [...new Set(facts.map(({ cohort }) => cohort))];
}

async function readPlans(table: Table, cohorts: readonly string[]) {
  const read = await manyAtOnce(cohorts, plansAtOnce, async (cohort) => {
    const plan = await findCostPlan(table, cohort);
    return [cohort, plan && bookedIncome(plan)] as const;
  });
  return new Map(read);
}
