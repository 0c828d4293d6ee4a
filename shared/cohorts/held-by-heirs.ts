import { relationToShared } from '../programmes/relation-to-shared.ts';
import { findHeir } from '../successions/find-succession.ts';
import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';

type Held = Cohort['held'];

/**
 * What was held for organisations that were succeeded since is held for who succeeded them: together with what was held for
 * those already, until the earlier of the days. A successor with whom the programme is not shared cannot have it held.
 */
export async function heldByHeirs(
  table: Table,
  held: Held,
  programme: Pick<Cohort, 'host' | 'sharedWith'>,
): Promise<Held> {
  const passed = await Promise.all(
    held.map(async (holding) => ({ ...holding, organisation: await findHeir(table, holding.organisation) })),
  );
  const visible = passed.filter(({ organisation }) => relationToShared(programme, organisation) !== 'other');
  return [...Map.groupBy(visible, ({ organisation }) => organisation)].map(([organisation, some]) => ({
    organisation,
    places: some.reduce((sum, { places }) => sum + places, 0),
    until: some.map(({ until }) => until).reduce((one, other) => (one < other ? one : other)),
  }));
}
