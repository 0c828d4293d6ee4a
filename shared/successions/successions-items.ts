import * as z from 'zod';
import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table } from '../table/table.ts';
import { passingParts } from './passing-steps.ts';
import { successionSchema, type Succession } from './succession.ts';

/** Reads by whom an organisation is to be succeeded, or was, as it is at this moment; undefined when none was ever proposed. */
export async function readSuccession(table: Table, organisation: string): Promise<Succession | undefined> {
  return await table.get(keys.succession(organisation), successionSchema, { consistent: true });
}

/** Writes what a succession is from now on, if it still is of the version before. False when it is not. */
export async function writeSuccession(table: Table, next: Omit<Succession, 'pk' | 'sk'>): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': next.version - 1 } };
  return await table.put({ ...next, ...keys.succession(next.organisation) }, next.version === 1 ? absent : unchanged);
}

const progressSchema = z.object({
  /** The version of the succession for which it goes on: what passes on the day, and what is looked for after it. */
  round: z.int(),
  part: z.enum(passingParts),
  after: z.string().optional(),
  /** When what was asked before the last member and key were marked is over. */
  settledAt: z.iso.datetime().optional(),
});
/** How far it has come with what an organisation passes to its successor. */
export type PassingProgress = z.infer<typeof progressSchema>;

/** How far the work of a succession as it is now has come; at its beginning when none is noted of it. */
export async function readProgress(
  table: Table,
  { organisation, version }: Pick<Succession, 'organisation' | 'version'>,
): Promise<PassingProgress> {
  const found = await table.get(keys.passing(organisation), progressSchema, { consistent: true });
  return found?.round === version ? found : { round: version, part: 'members' };
}

/**
 * Notes how far it has come. Whatever is noted was done by somebody, so of two who go on at once either may be the last:
 * at worst a piece of the work is done again, and finds itself done.
 */
export async function writeProgress(table: Table, organisation: string, progress: PassingProgress): Promise<void> {
  await table.put({ ...keys.passing(organisation), ...progress });
}
