import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { writeSucceeded } from './organisations-items.ts';

/**
 * Ends an organisation's part here, since another has succeeded it on a day (Europe/London). It can be read as before. Done
 * again, nothing happens.
 *
 * Causes organisation.succeeded.
 */
export async function succeedOrganisation(
  table: Table,
  clock: Clock,
  organisation: string,
  succeeded: { readonly by: string; readonly on: string },
): Promise<void> {
  await writeSucceeded(table, organisation, succeeded, changeByItself('succeeded', clock.now()));
}
