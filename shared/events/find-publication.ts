import type { Installation } from '../context.ts';
import type { Key } from '../table/keys.ts';
import { readPublication } from './history-items.ts';

/**
 * When what an aggregate's change announced had been told to everybody, by the receipt in its history (one read). Undefined
 * when it has not been told yet, was lost, or was told before the installation was restored.
 */
export async function findPublication(
  { table, epoch }: Installation,
  { pk, sk }: Key,
  version: number,
): Promise<Date | undefined> {
  return await readPublication(table, { pk, sk }, epoch, version);
}
