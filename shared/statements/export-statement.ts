import { answeredFileSchema } from '../answered-file.ts';
import { defineOperation } from '../operation.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import { findStatement } from './find-statement.ts';
import { purchaseOrderFor } from './purchase-orders.ts';
import { fileNameOf, findPart, partInput, type StatementPart } from './statement-parts.ts';

const columns = [
  'number',
  'period',
  'creditor',
  'creditorName',
  'debtor',
  'debtorName',
  'dueOn',
  'purchaseOrder',
  'line',
  'cohort',
  'title',
  'cohortName',
  'reason',
  'because',
  'reverses',
  'places',
  'effectiveOn',
  'net',
  'vat',
  'gross',
  'vatTreatment',
  'cause',
] as const;

/**
 * A statement as a sheet, a line each, with what caused it; amounts in pounds, credits below nought. For both of its organisations.
 * Refuses with `statement.altered` lines that do not give the hash, and with `request.invalid` a part that there is not.
 */
export const exportStatement = defineOperation({
  name: 'export-statement',
  summary: 'The lines of a statement, for a spreadsheet',
  kind: 'read',
  input: partInput,
  output: answeredFileSchema,
  example: { statement: 'sta_0123456789ab' },
  refusals: ['statement.altered'],
  notFound: 'statement.not-found',
  target: findStatement,
  async run({ table }, { part }, statement) {
    const found = await findPart(table, statement, part);
    return { name: `${fileNameOf(found)}.csv`, content: writeSheet(columns, rowsOf(found)) };
  },
});

function rowsOf({ statement, lines, cohorts, organisations }: StatementPart) {
  const { number, period, creditor, debtor, dueOn } = statement;
  const common = {
    number,
    period,
    creditor,
    creditorName: organisations.get(creditor)?.name,
    debtor,
    debtorName: organisations.get(debtor)?.name,
    dueOn,
  };
  return lines.map(({ id, cohort, reason, because, reverses, tickets, effectiveOn, net, vat, treatment, cause }) => ({
    ...common,
    purchaseOrder: purchaseOrderFor(statement, cohort),
    line: id,
    cohort,
    title: cohorts.get(cohort)?.title,
    cohortName: cohorts.get(cohort)?.name,
    reason,
    because,
    reverses,
    places: tickets.join(' '),
    effectiveOn,
    net: net / 100,
    vat: vat / 100,
    gross: (net + vat) / 100,
    vatTreatment: treatment,
    cause,
  }));
}
