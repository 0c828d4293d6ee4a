import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import type { Table } from '../table/table.ts';

/** Writes a view unless a newer image has been there; says whether it did. */
export async function applyView(table: Table, write: ViewWrite): Promise<boolean> {
  const names: Record<string, string> = { '#guard': write.guard };
  const values: Record<string, unknown> = { ':version': write.version };
  const sets = ['#guard = :version'];
  for (const [index, [name, value]] of Object.entries(write.set).entries()) {
    if (value === undefined) continue;
    names[`#s${String(index)}`] = name;
    values[`:s${String(index)}`] = value;
    sets.push(`#s${String(index)} = :s${String(index)}`);
  }
  const condition = 'attribute_not_exists(#guard) OR #guard < :version';
  const { applied } = await table.update(
    write.key,
    { update: `SET ${sets.join(', ')}`, condition, names, values },
    z.unknown(),
  );
  return applied;
}
