import type { Context } from '../context.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import type { Table } from '../table/table.ts';
import { findHeir } from './find-succession.ts';

/**
 * The organisation whose accounts an operation is about: the one acted for or, as its successor, another. Of any other there
 * is nothing to be seen.
 */
export async function findAccountHolder(
  context: Context,
  input: { readonly predecessor?: string | undefined },
): Promise<Target<string> | undefined> {
  const acting = actingOrganisation(context);
  const holder = input.predecessor ?? acting;
  return { relation: (await actsFor(context.table, acting, holder)) ? 'own' : 'other', subject: holder };
}

/** Whether one organisation acts for another: it is that, or it has succeeded it. */
export async function actsFor(table: Table, acting: string | undefined, organisation: string): Promise<boolean> {
  return acting === organisation || (acting !== undefined && (await findHeir(table, organisation)) === acting);
}

/** Who is told of what one organisation owes another: the two, and who acts for them at this moment, having succeeded them. */
export async function findTold(
  table: Table,
  { creditor, debtor }: { readonly creditor: string; readonly debtor: string },
): Promise<string[]> {
  return [...new Set([creditor, debtor, await findHeir(table, creditor), await findHeir(table, debtor)])];
}
