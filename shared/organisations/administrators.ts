import type { Change } from '../change.ts';
import type { Table, TransactionWrite } from '../table/table.ts';
import { administratorAddition, administratorRemoval, readOrganisation } from './organisations-items.ts';

/** The write that must go with making `member` an administrator. Refused when `by` is no longer one. */
export function administratorAdded(facts: {
  readonly organisation: string;
  readonly member: string;
  readonly by: string;
  readonly change: Change;
}): TransactionWrite {
  return administratorAddition(facts.organisation, facts.member, facts.by, {
    ...facts.change,
    type: 'administrators-changed',
  });
}

/** The write that must go with `member` being an administrator no longer. Refused when no other is left. */
export function administratorRemoved(facts: {
  readonly organisation: string;
  readonly member: string;
  readonly change: Change;
}): TransactionWrite {
  return administratorRemoval(facts.organisation, facts.member, {
    ...facts.change,
    type: 'administrators-changed',
  });
}

/** Whether a member is an administrator of an organisation at this moment. */
export async function isAdministrator(table: Table, organisation: string, member: string): Promise<boolean> {
  const found = await readOrganisation(table, organisation);
  return found?.administrators?.has(member) ?? false;
}
