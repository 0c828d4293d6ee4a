import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table } from '../table/table.ts';
import { successionSchema, type Succession } from './succession.ts';

/** Reads by whom an organisation is to be succeeded, or was, as it is at this moment; undefined when none was ever proposed. */
export async function readSuccession(table: Table, organisation: string): Promise<Succession | undefined> {
  return await table.get(keys.succession(organisation), successionSchema, { consistent: true });
}

/** Writes what a succession is from now on, if it still is of the version before. False when it is not. */
export async function writeSuccession(table: Table, next: Omit<Succession, 'pk' | 'sk'>): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': next.version - 1 } };
  return await table.put({ ...next, ...keys.succession(next.organisation) }, next.version === 1 ? absent : unchanged);
}
