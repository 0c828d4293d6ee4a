import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findCostPlan } from '../costs/find-cost-plan.ts';
import { defineOperation } from '../operation.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { inPounds, journalLinesOf } from './journal.ts';
import { readJournal, type JournalFact } from './read-journal.ts';
import { period } from './period.ts';

/** So many cost plans are read at the same time. */
const plansAtOnce = 8;

const columns = [
  'id',
  'date',
  'period',
  'entry',
  'side',
  'debitAccount',
  'creditAccount',
  'counterparty',
  'counterpartyName',
  'net',
  'vat',
  'gross',
  'vatTreatment',
  'costCentre',
  'reference',
  'cohort',
  'title',
  'cohortName',
  'reason',
  'reverses',
  'cause',
] as const;

/**
 * The journal of a month for a finance system, as a sheet: what the organisation acted for is owed and what it owes, and what was
 * accrued at the end of the month or is taken back of what was at the end of the one before. A line is an amount in pounds from
 * one account to another, never below nought; `id` names it, so that what was taken in before is known again. Cost centres
 * and references are those of the cost plan, for its host. It is complete once those who are owed have closed the month.
 *
 * Refuses with `request.too-large` above 5,000 postings and accruals.
 */
export const exportJournal = defineOperation({
  name: 'export-journal',
  summary: 'The journal of a month, for a finance system: what you are owed and what you owe',
  kind: 'read',
  input: z.strictObject({ period, predecessor }),
  output: answeredFileSchema,
  example: { period: '2027-09' },
  refusals: ['request.too-large'],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, { period: month }, organisation) {
    const facts = await readJournal(table, organisation, month);
    const ids = [...new Set(facts.map(({ cohort }) => cohort))];
    const hosted = new Set(facts.flatMap(({ creditor, cohort }) => (creditor === organisation ? [cohort] : [])));
    const [cohorts, names, plans] = await Promise.all([
      findCohorts(table, ids),
      findOrganisations(
        table,
        facts.flatMap(({ creditor, debtor }) => [creditor, debtor]),
      ),
      readPlans(table, [...hosted]),
    ]);
    const rows = facts.flatMap((fact) => {
      const told = { ...plans.get(fact.creditor === organisation ? fact.cohort : ''), ...calledBy(fact, cohorts) };
      return journalLinesOf(fact, organisation).map(({ debit, credit, counterparty, net, vat, ...line }) => ({
        id: fact.id,
        period: month,
        ...line,
        debitAccount: debit,
        creditAccount: credit,
        counterparty,
        counterpartyName: names.get(counterparty)?.name,
        net: inPounds(net),
        vat: inPounds(vat),
        gross: inPounds(net + vat),
        vatTreatment: fact.treatment,
        reason: fact.reason,
        reverses: fact.reverses,
        cause: fact.cause,
        ...told,
      }));
    });
    return { name: `journal-${organisation}-${month}.csv`, content: writeSheet(columns, rows) };
  },
});

function calledBy({ cohort }: JournalFact, cohorts: ReadonlyMap<string, Cohort>) {
  const { title, name } = cohorts.get(cohort) ?? {};
  return { cohort, title, cohortName: name };
}

/** The cost centres and the references of the cost plans of cohorts, each once. */
async function readPlans(table: Table, cohorts: readonly string[]) {
  const read = await manyAtOnce(cohorts, plansAtOnce, async (cohort) => {
    const lines = (await findCostPlan(table, cohort))?.lines ?? [];
    const each = (of: 'costCentre' | 'reference') => [...new Set(lines.flatMap((line) => line[of] ?? []))].join('; ');
    return [cohort, { costCentre: each('costCentre'), reference: each('reference') }] as const;
  });
  return new Map(read);
}
