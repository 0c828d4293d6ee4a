import type { Passing } from '../people/pass-on-people.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import { apiKeysSource, writeKeySuccession } from './api-keys-items.ts';

const pageSize = 100;
const atOnce = 10;

/**
 * Notes on the API keys of an organisation which other has succeeded it: what they ask for from then on is known to be for
 * one that was succeeded. They go on to work for what goes on there. Done again, nothing happens.
 *
 * Does a hundred of them, behind a position; answers from where to go on, undefined when none is left.
 */
export async function markSucceededKeys(
  { table, from, to }: Passing,
  after: string | undefined,
): Promise<string | undefined> {
  const source = apiKeysSource(table, from);
  const page = await patiently(async () => await source(after, pageSize));
  const unmarked = page.filter(({ succeededBy }) => succeededBy === undefined);
  await manyAtOnce(unmarked, atOnce, async ({ id }) => {
    await patiently(async () => {
      await writeKeySuccession(table, id, to);
    });
  });
  return page.length < pageSize ? undefined : page.at(-1)?.gsi1sk;
}
