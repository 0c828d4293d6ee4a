import * as z from 'zod';
import { keys } from '../table/keys.ts';
import { patiently } from '../table/many-at-once.ts';
import { absent, type Table } from '../table/table.ts';
import { importSchema, outcomes, wrongLineSchema, type Counts, type Import, type WrongLine } from './import.ts';

/** Reads an import as it is at this moment. */
export async function readImport(table: Table, id: string): Promise<Import | undefined> {
  return await table.get(keys.import(id), importSchema, { consistent: true });
}

/** Puts an import where there is none yet of its id, and answers the one that is there. */
export async function makeImport(table: Table, made: Omit<Import, 'pk' | 'sk'>): Promise<Import> {
  const item = importSchema.parse({ ...made, ...keys.import(made.id) });
  if (await patiently(async () => await table.put(item, absent))) return item;
  return (await readImport(table, made.id)) ?? item;
}

/**
 * Writes how far an import has come, if it has come no further meanwhile by another request that does the same; answers it
 * as it is now.
 */
export async function saveProgress(
  table: Table,
  before: Import,
  now: Counts & Pick<Import, 'status'>,
): Promise<Import> {
  const names = ['done', ...outcomes, 'status'] as const;
  const change = {
    update: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    condition: '#done = :before AND #status = :running',
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: {
      ':before': before.done,
      ':running': 'running',
      ...Object.fromEntries(names.map((name) => [`:${name}`, now[name]])),
    },
  };
  const { item } = await patiently(async () => await table.update(keys.import(before.id), change, importSchema));
  return item ?? { ...before, ...now };
}

const reportSchema = z.object({ sk: z.string(), wrong: z.array(wrongLineSchema) });

/** Writes down the lines that are wrong in one step of an import; the step done again writes the same in the same place. */
export async function putReport(table: Table, made: Import, wrong: readonly WrongLine[]): Promise<void> {
  const last = wrong.at(-1);
  if (last === undefined) return;
  const item = { ...keys.importReport(made.id, last.line), wrong, expires: made.expires };
  await patiently(async () => await table.put(item));
}

/** What is written down of the lines that are wrong, a step an item, behind a sort key; at most so many items. */
export async function readReports(table: Table, id: string, after: string | undefined, limit: number) {
  return await table.query({ ...keys.importReports(id), after, limit, consistent: true }, reportSchema);
}
