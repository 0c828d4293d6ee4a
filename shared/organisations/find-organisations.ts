import type { Table } from '../table/table.ts';
import type { Organisation } from './organisation.ts';
import { readOrganisations } from './organisations-items.ts';

/** Organisations by id, some hundreds at most; those that are not there are missing. For their names, and to see that they exist. */
export async function findOrganisations(table: Table, ids: readonly string[]): Promise<Map<string, Organisation>> {
  const found = await readOrganisations(table, [...new Set(ids)]);
  return new Map(found.map((organisation) => [organisation.id, organisation]));
}
