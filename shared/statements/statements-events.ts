import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { dispute, answered } from './dispute.ts';
import { statementStatuses } from './statement-states.ts';
import type { Statement } from './statement.ts';

const facts = z.object({
  statement: z.string().describe('The id of the statement'),
  creditor: z.string().describe('To whom it is owed'),
  debtor: z.string().describe('Who owes it'),
  period: z.string().describe('The month'),
  number: z.string().describe('The number of the invoice or credit note'),
  net: z.int().describe('Pence (GBP)'),
  vat: z.int().describe('Pence (GBP)'),
  gross: z.int().describe('Pence (GBP); below nought it is a credit note'),
  dueOn: z.iso.date().describe('By which day it is to be paid'),
  hash: z.string().describe('The hash of its lines'),
});
const example = {
  statement: 'sta_0123456789ab',
  creditor: 'org_0123456',
  debtor: 'org_6543210',
  period: '2027-09',
  number: 'INV-000001',
  net: 608_334,
  vat: 0,
  gross: 608_334,
  dueOn: '2027-11-03',
  hash: '0123456789abcdef'.repeat(4),
};
const toBoth = 'Told to the two organisations, and to whoever has succeeded one of them.';
const common = { version: 1, readBy: 'get-statement' } as const;

const issued = defineEvent({
  ...common,
  type: 'statement.issued',
  summary: `An organisation states what another owes it for a closed period. ${toBoth}`,
  data: facts,
  example,
});
const agreed = defineEvent({
  ...common,
  type: 'statement.agreed',
  summary: `The debtor agrees to a statement: it stays as it is, and one of nought is settled by that. ${toBoth}`,
  data: facts,
  example,
});
const disputedLines = z.array(z.object({ posting: z.string(), code: dispute.code }));
const disputed = defineEvent({
  ...common,
  type: 'statement.disputed',
  summary: `The debtor disputes lines of a statement, each with a reason. ${toBoth}`,
  data: facts.extend({ round: z.int().describe('How often it was disputed'), lines: disputedLines }),
  example: { ...example, round: 1, lines: [{ posting: 'pst_0123456789abcdef', code: 'not-our-place' as const }] },
});
const answeredLines = z.array(
  z.object({
    posting: z.string(),
    outcome: answered.outcome,
    reversal: z.string().optional(),
    remains: answered.remains,
    by: answered.by,
  }),
);
const disputeAnswered = defineEvent({
  ...common,
  type: 'statement.answered',
  summary: `The creditor answers every line that was disputed: it is corrected, by a reversal (but for what \`remains\`) or by a later posting, or it is upheld. ${toBoth}`,
  data: facts.extend({ round: z.int().describe('How often it was disputed'), lines: answeredLines }),
  example: { ...example, round: 1, lines: [{ posting: 'pst_0123456789abcdef', outcome: 'upheld' as const }] },
});
const dueSoon = defineEvent({
  ...common,
  type: 'statement.due-soon',
  summary: `A statement is due soon and not settled. Once, a week before its date or, when it is due within a fortnight of its issue, halfway. ${toBoth}`,
  data: facts.extend({ status: z.enum(statementStatuses) }),
  example: { ...example, status: 'issued' as const },
});
const settled = defineEvent({
  ...common,
  type: 'statement.settled',
  summary: `All that a statement says is paid. ${toBoth}`,
  data: facts.extend({ settlement: z.string().describe('The settlement that has settled it') }),
  example: { ...example, settlement: 'stl_0123456789ab' },
});
const restated = defineEvent({
  ...common,
  type: 'statement.restated',
  summary: `How a statement stands, told anew because events were lost. ${toBoth}`,
  data: facts.extend({ status: z.enum(statementStatuses) }),
  example: { ...example, status: 'agreed' as const },
});

export const statementEvents = [issued, agreed, disputed, disputeAnswered, dueSoon, settled, restated];

/** What a change of a statement carries for its announcement. */
const carried = z.object({ disputed: disputedLines.default([]), answered: answeredLines.default([]) });

/** What happened to a statement. */
export function eventsOfStatement(_before: Statement | undefined, after: Statement): readonly Announcement[] {
  const data = factsOf(after);
  const { told, rounds: round, status, settlement } = after;
  const lines = carried.parse(after.change);
  switch (after.change.type) {
    case 'issued':
      return [issued.announce(data, told)];
    case 'agreed':
      return [agreed.announce(data, told)];
    case 'disputed':
      return [disputed.announce({ ...data, round, lines: lines.disputed }, told)];
    case 'answered':
      return [disputeAnswered.announce({ ...data, round, lines: lines.answered }, told)];
    case 'reminded':
      return [dueSoon.announce({ ...data, status }, told)];
    case 'settled':
      return settlement === undefined ? [] : [settled.announce({ ...data, settlement }, told)];
    default:
      return [];
  }
}

/** How a statement stands. */
export function restateStatement(after: Statement): readonly Announcement[] {
  return [restated.announce({ ...factsOf(after), status: after.status }, after.told)];
}

function factsOf(statement: Statement) {
  const { id, creditor, debtor, period, number, net, vat, gross, dueOn, hash } = statement;
  return { statement: id, creditor, debtor, period, number, net, vat, gross, dueOn, hash };
}
