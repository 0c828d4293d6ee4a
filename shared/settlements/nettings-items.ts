import { keys, shardOf } from '../table/keys.ts';
import type { Condition, Item, Table } from '../table/table.ts';
import { nettingSchema, type Netting } from './netting.ts';

/** The item of a netting agreement. */
export function nettingItem(netting: Omit<Netting, 'pk' | 'sk'>): Item & Pick<Netting, 'request'> {
  const key = keys.netting(netting.id);
  return { ...netting, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${netting.id}` };
}

/** Reads a netting agreement as it is at this moment. */
export async function readNetting(table: Table, id: string): Promise<Netting | undefined> {
  return await table.get(keys.netting(id), nettingSchema, { consistent: true });
}

/** Writes what an agreement is from now on, if it still is of the version before. */
export async function replaceNetting(table: Table, netting: Netting): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': netting.version - 1 } };
  return await table.put(nettingItem(netting), unchanged);
}
