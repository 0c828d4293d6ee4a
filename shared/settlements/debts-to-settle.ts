import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation } from '../operation.ts';
import { findAgreedStatements, findStatementById } from '../statements/find-statements.ts';
import type { Statement } from '../statements/statement.ts';
import { findHeirs } from '../successions/find-heirs.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Debt } from './debt-graph.ts';
import { findNetting } from './find-netting.ts';
import { mostDebts } from './settlement.ts';

/** How many statements are read at once. */
const atOnce = 10;

/** What is owed by a statement, between those who act for its organisations now; by a credit note the creditor owes. */
function debtOf({ id, creditor, debtor, gross }: Statement, heirs: ReadonlyMap<string, string>): Debt {
  const [from, to] = gross < 0 ? [creditor, debtor] : [debtor, creditor];
  return { statement: id, from: heirs.get(from) ?? from, to: heirs.get(to) ?? to, pence: Math.abs(gross) };
}

/**
 * What is owed by some agreed statements of the organisation acted for, or of one that it has succeeded. Refuses with
 * `statement.not-found`, `settlement.not-agreed`, `settlement.taken` when one is in another settlement, and
 * `settlement.nothing-owed` for one of nought.
 */
export async function findOwnDebts(context: Context, ids: readonly string[]): Promise<Debt[]> {
  const acting = actingOrganisation(context);
  const found = await manyAtOnce(
    [...new Set(ids)].sort(),
    atOnce,
    async (id) => await findStatementById(context.table, id),
  );
  const statements = found.flatMap((statement) => statement ?? []);
  const parties = [...new Set(statements.flatMap(({ creditor, debtor }) => [creditor, debtor]))];
  const heirs = await findHeirs(context.table, parties);
  const isOwn = ({ creditor, debtor }: Statement) => [heirs.get(creditor), heirs.get(debtor)].includes(acting);
  if (statements.length < found.length || !statements.every(isOwn)) throw refusal('statement.not-found');
  for (const { id, status, settlement, gross } of statements) {
    const facts = { facts: { statement: id } };
    if (settlement !== undefined) throw refusal('settlement.taken', undefined, facts);
    if (gross === 0) throw refusal('settlement.nothing-owed', undefined, facts);
    if (status !== 'agreed') throw refusal('settlement.not-agreed', undefined, facts);
  }
  return statements.map((statement) => debtOf(statement, heirs));
}

/**
 * What the members of an active netting agreement owe one another by agreed statements up to a period that are in no
 * settlement yet. One that was issued and agreed within the last seconds may be missed. Refuses with `netting.not-found`, `netting.not-active`, `settlement.nothing-owed`, and
 * `settlement.too-large` above a thousand.
 */
export async function findDebtsToNet(context: Context, netting: string, through: string): Promise<Debt[]> {
  const target = await findNetting(context, { netting });
  const { members = [], status } = target?.subject.netting ?? {};
  if (!members.some((member) => target?.subject.actsFor.includes(member))) throw refusal('netting.not-found');
  if (status !== 'active') throw refusal('netting.not-active');
  const { statements, isAll } = await findAgreedStatements(context.table, members);
  const wanted = statements.filter(({ period }) => period <= through);
  if (!isAll || wanted.length > mostDebts) throw refusal('settlement.too-large');
  if (wanted.length === 0) throw refusal('settlement.nothing-owed');
  const heirs = await findHeirs(context.table, members);
  return wanted.map((statement) => debtOf(statement, heirs));
}
