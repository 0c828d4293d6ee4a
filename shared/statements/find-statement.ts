import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { actsFor } from '../successions/find-account-holder.ts';
import type { Statement } from './statement.ts';
import { readStatement } from './statements-items.ts';

interface Named {
  readonly statement: string;
}

/** The statement that an operation is about: there for the creditor, for the debtor, and for who has succeeded either. */
export async function findStatement(context: Context, input: Named): Promise<Target<Statement> | undefined> {
  const { table } = context;
  const statement = await readStatement(table, input.statement);
  if (statement === undefined) return undefined;
  const acting = organisationOf(context.actor);
  if (await actsFor(table, acting, statement.creditor)) return { relation: 'own', subject: statement };
  const isDebtor = await actsFor(table, acting, statement.debtor);
  return { relation: isDebtor ? 'partner' : 'other', subject: statement };
}

/** The same, as what the creditor has issued: its own, or its successor's, to answer for. */
export async function findIssuedStatement(context: Context, input: Named): Promise<Target<Statement> | undefined> {
  const target = await findStatement(context, input);
  return target && { ...target, relation: target.relation === 'own' ? 'own' : 'other' };
}

/** The same, as what the debtor has received: its own, or its successor's, to agree or to dispute. */
export async function findReceivedStatement(context: Context, input: Named): Promise<Target<Statement> | undefined> {
  const statement = await readStatement(context.table, input.statement);
  if (statement === undefined) return undefined;
  const isDebtor = await actsFor(context.table, organisationOf(context.actor), statement.debtor);
  return { relation: isDebtor ? 'own' : 'other', subject: statement };
}
