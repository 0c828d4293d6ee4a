import { findOrganisations } from '../organisations/find-organisations.ts';
import type { Table } from '../table/table.ts';
import { findHeir } from './find-succession.ts';

/**
 * Who acts for each of some organisations (some hundreds at most): itself or, once it was succeeded, whoever has
 * succeeded it. It may lag some seconds behind a succession.
 */
export async function findHeirs(table: Table, organisations: readonly string[]): Promise<Map<string, string>> {
  const known = await findOrganisations(table, organisations);
  const heirs = organisations.map(async (organisation): Promise<[string, string]> => {
    const isSucceeded = known.get(organisation)?.status === 'succeeded';
    return [organisation, isSucceeded ? await findHeir(table, organisation) : organisation];
  });
  return new Map(await Promise.all(heirs));
}
