import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import type { Side } from '../postings/side.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { reminderDueAt } from './reminder.ts';
import { statementStatuses } from './statement-states.ts';
import { statementFacts, type Statement } from './statement.ts';
import { dueItem } from '../deadlines/deadlines-views.ts';

const listedSchema = z.object({
  sk: z.string(),
  statement: statementFacts.id,
  counterparty: statementFacts.creditor,
  period: statementFacts.period,
  number: statementFacts.number,
  kind: statementFacts.kind,
  issuedOn: statementFacts.issuedOn,
  dueOn: statementFacts.dueOn,
  gross: statementFacts.gross,
  status: z.enum(statementStatuses),
});
export type ListedStatement = z.infer<typeof listedSchema>;

/** A statement stands in the lists of both organisations; and once it is issued it is to be reminded of. */
export function viewsOfStatement(before: Statement | undefined, after: Statement): readonly ViewWrite[] {
  const { id, creditor, debtor } = after;
  const due = reminderDueAt(after);
  const reminder =
    before !== undefined || due === undefined
      ? []
      : [dueItem({ aggregate: keys.statement(id), kind: 'remind-statement', subject: 'due-soon' }, due, after.version)];
  return [lineFor(after, creditor, 'owed-to-us', debtor), lineFor(after, debtor, 'owed-by-us', creditor), ...reminder];
}

function lineFor(statement: Statement, organisation: string, side: Side, counterparty: string): ViewWrite {
  const { id, period, number, kind, issuedOn, dueOn, gross, status, version } = statement;
  const list = status === 'settled' ? keys.settledStatements : keys.unsettledStatements;
  const index = { gsi1pk: list(organisation, side), gsi1sk: `${dueOn}#${id}` };
  return {
    key: keys.organisationStatement(organisation, side, period, id),
    guard: 'v',
    version,
    set: { ...index, statement: id, counterparty, period, number, kind, issuedOn, dueOn, gross, status },
  };
}

/** From and to which period (both of them in it) statements are listed. */
export interface Periods {
  readonly from: string;
  readonly to: string;
}

/** An organisation's statements on one side and of some periods, by period. */
export function statementsSource(
  table: Table,
  organisation: string,
  side: Side,
  { from, to }: Periods,
): Source<ListedStatement> {
  const beginning = `${side}#${from}`;
  return async (after, limit) => {
    const behind = after === undefined || after < beginning ? beginning : after;
    const read = await table.query({ pk: keys.statementsOf(organisation), after: behind, limit }, listedSchema);
    return read.filter(({ sk }) => sk < `${side}#${to}~`);
  };
}

/** Where a list of statements goes on after a cursor. */
export function statementsAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^owed-(to|by)-us#20\d{2}-\d{2}#sta_[0-9a-z]{12}$/);
}

/** Statements of an organisation on one side that are not settled, by the day on which they are due. It may lag some seconds. */
export function unsettledSource(table: Table, organisation: string, side: Side): Source<ListedStatement> {
  return async (after, limit) =>
    await table.query({ index: 'gsi1', pk: keys.unsettledStatements(organisation, side), after, limit }, listedSchema);
}

/** What unsettled statements are sorted by. */
export function unsettledSortKey({ dueOn, statement }: ListedStatement): string {
  return `${dueOn}#${statement}`;
}
