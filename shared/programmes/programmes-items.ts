import { keys, shardOf } from '../table/keys.ts';
import type { Condition, Item, Table } from '../table/table.ts';
import { programmeSchema, type Programme } from './programme.ts';

/** The item of a programme. */
export function programmeItem(programme: Omit<Programme, 'pk' | 'sk'>): Item & Pick<Programme, 'request'> {
  const key = keys.programme(programme.id);
  return { ...programme, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${programme.id}` };
}

/** Reads a programme as it is at this moment. */
export async function readProgramme(table: Table, programme: string): Promise<Programme | undefined> {
  return await table.get(keys.programme(programme), programmeSchema, { consistent: true });
}

/** Writes what a draft is from now on, if it still is of the version before. */
export async function replaceDraft(table: Table, programme: Programme): Promise<boolean> {
  const onlyIf: Condition = {
    condition: 'version = :before AND #status = :draft',
    names: { '#status': 'status' },
    values: { ':before': programme.version - 1, ':draft': 'draft' },
  };
  return await table.put(programmeItem(programme), onlyIf);
}
