import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { purchaseOrder } from '../costs/references.ts';
import { vatTreatment, vatTreatments, type VatTreatment } from '../costs/vat.ts';
import { idOfRequest, idPattern } from '../ids.ts';
import { organisationId } from '../organisations/organisation.ts';
import { period } from '../postings/period.ts';
import type { StatementLine } from './statement-line.ts';
import { statementStatuses } from './statement-states.ts';

export const statementId = z
  .string()
  .regex(idPattern('sta'), 'This is not the id of a statement')
  .describe('The id of a statement');

/** The most lines that one statement has. */
export const mostLines = 10_000;

/** The settlement that a statement is part of. */
const settlementId = z.string().regex(idPattern('stl'));

/** Of how many cohorts a statement names the purchase orders. */
export const mostPurchaseOrders = 200;

/** How often a statement may be disputed. */
export const mostRounds = 5;

/** The sum of amounts of many lines: in whole pence, and exact. */
const sum = z.int().describe('Pence (GBP); below nought, a credit');

/** The sha-256 of a statement's lines, in hexadecimal digits; see statement-hash.ts. */
export const statementHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'This is not a hash of lines')
  .describe('The SHA-256 of all its lines as canonical JSON (RFC 8785), in the order of their ids');

/** What a statement says and never changes. */
export const statementFacts = {
  id: statementId,
  creditor: organisationId.describe('To whom it is owed'),
  debtor: organisationId.describe('Who owes it'),
  issuer: organisationId.describe('Who issued it: the creditor, or the organisation that has succeeded it'),
  period,
  kind: z.enum(['invoice', 'credit-note']).describe('A credit note when the total is below nought'),
  number: z.string().describe('The number of the invoice or credit note, from a series of the issuer without gaps'),
  issuedOn: z.iso.date(),
  dueOn: z.iso.date().describe('By which day it is to be paid'),
  purchaseOrder: purchaseOrder.optional().describe('The purchase order to which it refers as a whole'),
  purchaseOrders: z
    .array(z.object({ cohort: z.string(), reference: z.string() }))
    .max(mostPurchaseOrders)
    .describe('Those that the debtor set for the cohorts or gave with its claims, by cohort'),
  lines: z.int().describe('How many lines it has'),
  net: sum,
  vat: sum,
  gross: sum,
  vatByTreatment: z.array(z.object({ treatment: vatTreatment, net: sum, vat: sum })),
  hash: statementHash,
};

/** The id of the statement of what a debtor owes for a period: one at most, so whoever issues it gives it the same. */
export function idOfStatement({
  creditor,
  debtor,
  period: of,
}: Pick<StatementLine, 'creditor' | 'debtor' | 'period'>): string {
  return idOfRequest('sta', creditor, debtor, of);
}

export const statementSchema = z.object({
  pk: z.string(),
  sk: z.literal('STATEMENT'),
  ...statementFacts,
  status: z.enum(statementStatuses),
  /** How often it was disputed. */
  rounds: z.int(),
  agreedOn: z.iso.date().optional(),
  /** The settlement that is to settle it, from when it is proposed; and when it was. */
  settlement: settlementId.optional(),
  settledOn: z.iso.date().optional(),
  /** That the debtor was reminded of the day on which it is due. */
  reminded: z.literal(true).optional(),
  /** The two organisations, and who acted for them, having succeeded them, when it was last written. */
  told: z.array(z.string()),
  /** The digest of the request that issued it. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Statement = z.infer<typeof statementSchema>;

/** A statement as both of its organisations see it. */
export const statementAnswerSchema = z.object({
  ...statementFacts,
  status: z.enum(statementStatuses),
  agreedOn: z.iso.date().optional().describe('From this day on nothing of it changes'),
  settlement: settlementId.optional().describe('The settlement that is to settle it, or has'),
  settledOn: z.iso.date().optional(),
  version: z.int(),
});

/** What both organisations see of a statement. */
export function statementAnswer(statement: Omit<Statement, 'pk' | 'sk'>) {
  return statementAnswerSchema.parse(statement);
}

/** What lines come to: net, VAT, and both together; and net and VAT under each treatment that there is among them. */
export function totalsOf(lines: readonly Pick<StatementLine, 'net' | 'vat' | 'treatment'>[]) {
  const sumOf = (some: typeof lines) => ({
    net: some.reduce((total, line) => total + line.net, 0),
    vat: some.reduce((total, line) => total + line.vat, 0),
  });
  const under = (treatment: VatTreatment) => lines.filter((line) => line.treatment === treatment);
  const { net, vat } = sumOf(lines);
  const vatByTreatment = vatTreatments.flatMap((treatment) => {
    const some = under(treatment);
    return some.length === 0 ? [] : [{ treatment, ...sumOf(some) }];
  });
  return { lines: lines.length, net, vat, gross: net + vat, vatByTreatment };
}
