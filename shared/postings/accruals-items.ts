import { keys } from '../table/keys.ts';
import { absent, type Table } from '../table/table.ts';
import { accrualSchema, closingSchema, type Accrual, type Closing, type NewAccrual } from './accrual.ts';

/** Records what is accrued, once: what is there already stays as it was. */
export async function putAccrual(table: Table, accrual: NewAccrual): Promise<void> {
  const { creditor, debtor, cohort, period } = accrual;
  const listed = { gsi1pk: keys.accruedBy(debtor), gsi1sk: `${period}#${creditor}#${cohort}` };
  await table.put({ ...accrual, ...keys.accrual(creditor, period, cohort, debtor), ...listed }, absent);
}

/** What was accrued at the end of a period of what an organisation is owed. */
export async function readAccrualsTo(
  table: Table,
  creditor: string,
  period: string,
  limit: number,
): Promise<Accrual[]> {
  return await table.query({ ...keys.accrualsTo(creditor, period), limit, consistent: true }, accrualSchema);
}

/** What was accrued at the end of a period of what an organisation owes, as of a moment ago. */
export async function readAccrualsBy(table: Table, debtor: string, period: string, limit: number): Promise<Accrual[]> {
  const prefix = `${period}#`;
  return await table.query({ index: 'gsi1', pk: keys.accruedBy(debtor), prefix, limit }, accrualSchema);
}

/** What was accrued at the end of a period of what one organisation owes another, as of a moment ago. */
export async function readAccrualsBetween(
  table: Table,
  { creditor, debtor, period }: Pick<Accrual, 'creditor' | 'debtor' | 'period'>,
  limit: number,
): Promise<Accrual[]> {
  const prefix = `${period}#${creditor}#`;
  return await table.query({ index: 'gsi1', pk: keys.accruedBy(debtor), prefix, limit }, accrualSchema);
}

/** How far what is accrued at the closing of a period has come; undefined when it has not begun. */
export async function readClosing(table: Table, organisation: string, period: string): Promise<Closing | undefined> {
  return await table.get(keys.closing(organisation, period), closingSchema, { consistent: true });
}

/** The same of the last closings. */
export async function readClosings(table: Table, organisation: string, limit: number): Promise<Closing[]> {
  const { pk, prefix } = keys.closingsOf(organisation);
  return await table.query({ pk, prefix, limit, newestFirst: true, consistent: true }, closingSchema);
}

/** Notes how far it has come. Of two at once either may be the last to note: at worst a part is done again. */
export async function putClosing(
  table: Table,
  organisation: string,
  closing: Omit<Closing, 'pk' | 'sk'>,
): Promise<void> {
  await table.put({ ...closing, ...keys.closing(organisation, closing.period) });
}
