import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { dayAfter, dayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { purchaseOrder } from '../costs/references.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { findPeriods } from '../postings/cohort-postings.ts';
import { period } from '../postings/period.ts';
import { patiently } from '../table/many-at-once.ts';
import { findLines } from './find-lines.ts';
import { findAccountHolder, findTold } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { findPurchaseOrders } from './purchase-orders.ts';
import { hashOfLines } from './statement-hash.ts';
import { idOfStatement, mostLines, statementAnswer, statementAnswerSchema, totalsOf } from './statement.ts';
import { putStatement, readLastNumber, readStatement, type Series } from './statements-items.ts';

/** How often it is tried again to take a number that another statement has taken meanwhile. */
const attempts = 12;

const input = z.strictObject({
  debtor: organisationId.describe('Who owes it'),
  period,
  days: z.int().min(1).max(90).default(30).describe('In how many days it is due'),
  purchaseOrder: purchaseOrder.optional().describe('The purchase order of the debtor to which it refers as a whole'),
  predecessor,
});
type Input = z.infer<typeof input>;

/**
 * Issues the statement of all that a debtor owes for a period, to the last line: once, and only when the period is closed, so
 * that none can come after it. It is an invoice, or below nought a credit note, with the next number of that series of
 * the issuer; the number is taken in the same transaction, so that no series has a gap. A repeated request is answered with the statement
 * as it is now.
 *
 * 1. The period is closed, by the creditor's own recorded act.
 * 2. Its lines are read page by page, added up, and fixed by their hash.
 * 3. The statement and its number are written together.
 *
 * Refusals: `statement.already-issued`, `statement.period-open`, `statement.nothing-to-issue`, `request.too-large` above 10,000
 * lines, `request.busy`. Causes statement.issued.
 */
export const issueStatement = defineOperation({
  name: 'issue-statement',
  summary: 'Issue the statement of what an organisation owes yours for a closed period',
  kind: 'create',
  input,
  output: statementAnswerSchema,
  example: { debtor: 'org_6543210', period: '2027-09', days: 30 },
  refusals: [
    'statement.already-issued',
    'statement.period-open',
    'statement.nothing-to-issue',
    'request.too-large',
    'request.busy',
  ],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run(context, given, creditor) {
    const { table } = context;
    const id = idOfStatement({ ...given, creditor });
    const request = requestDigest(context, 'issue-statement', given);
    const there = async () => {
      const found = await readStatement(table, id);
      if (found !== undefined && found.request !== request) {
        throw refusal('statement.already-issued', undefined, { facts: { statement: id } });
      }
      return found && statementAnswer(found);
    };
    const before = await there();
    if (before !== undefined) return before;
    const draft = { id, creditor, request, ...(await stated(context, given, creditor)) };
    const series = draft.gross < 0 ? 'creditNotes' : 'invoices';
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const number = (await readLastNumber(table, draft.issuer, series)) + 1;
      const statement = { ...draft, number: numberOf(series, number) };
      if (await patiently(async () => await putStatement(table, statement, { series, number }))) {
        return statementAnswer(statement);
      }
      const meanwhile = await there();
      if (meanwhile !== undefined) return meanwhile;
    }
    throw refusal('request.busy');
  },
});

/** All that a statement says but its number. Refuses while the period is open, and when there is nothing or too much to state. */
async function stated(context: Context, given: Input, creditor: string) {
  const { table, clock } = context;
  const { debtor, period: of, days } = given;
  const periods = await findPeriods(table, creditor);
  if (periods === undefined || periods.through < of) throw refusal('statement.period-open');
  const { lines, isAll } = await findLines(table, { creditor, debtor, period: of });
  if (!isAll) throw refusal('request.too-large', `These are more than ${String(mostLines)} lines`);
  if (lines.length === 0) throw refusal('statement.nothing-to-issue');
  const totals = totalsOf(lines);
  const issuedOn = dayOf(clock.now());
  return {
    debtor,
    issuer: actingOrganisation(context),
    period: of,
    kind: totals.gross < 0 ? ('credit-note' as const) : ('invoice' as const),
    issuedOn,
    dueOn: dayAfter(issuedOn, days),
    ...(given.purchaseOrder === undefined ? {} : { purchaseOrder: given.purchaseOrder }),
    purchaseOrders: await findPurchaseOrders(
      table,
      debtor,
      lines.map(({ cohort }) => cohort),
    ),
    ...totals,
    hash: hashOfLines(lines),
    status: 'issued' as const,
    rounds: 0,
    told: await findTold(table, { creditor, debtor }),
    version: 1,
    change: changeNow(context, 'issued'),
  };
}

/** The number as it is printed: `INV-000001`, `CRN-000001`. */
function numberOf(series: Series, number: number): string {
  return `${series === 'invoices' ? 'INV' : 'CRN'}-${String(number).padStart(6, '0')}`;
}
