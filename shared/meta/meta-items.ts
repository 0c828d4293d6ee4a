import * as z from 'zod';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** Asks the table for one item, whatever is there. Throws when the table does not answer. */
export async function askTable(table: Table): Promise<void> {
  await table.get(keys.installation(), z.unknown());
}
