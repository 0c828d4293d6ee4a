import type { Table } from '../table/table.ts';
import { programmeCohortsSource } from './cohorts-views.ts';

/** How many are read at once. */
const atOnce = 100;

/**
 * The ids of a programme's cohorts by their names, drafts too, but not those that are archived: the next of that name is
 * another. A view: what was planned in the last seconds may be missing.
 */
export async function findCohortsByName(table: Table, programme: string): Promise<Map<string, string[]>> {
  const read = programmeCohortsSource(table, programme);
  const found = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const lines = await read(after, atOnce);
    for (const { sk, name, archived } of lines) {
      if (archived !== true) found.set(name, [...(found.get(name) ?? []), sk.slice('COHORT#'.length)]);
    }
    after = lines.length < atOnce ? undefined : lines.at(-1)?.sk;
  } while (after !== undefined);
  return found;
}
