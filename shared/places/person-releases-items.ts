import * as z from 'zod';
import type { Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import { absent, type Table } from '../table/table.ts';
import { backfills } from './backfill.ts';

const personReleaseSchema = z.object({
  person: z.string(),
  cohort: z.string(),
  by: z.enum(['manager', 'lead']).describe('Whether the manager did it, or the lead records that they did'),
  recordedBy: z.string(),
  backfill: z.enum(backfills),
  at: z.iso.datetime(),
});
export type PersonRelease = z.infer<typeof personReleaseSchema>;

/** That a person is released for a cohort by their manager; undefined while they are not. */
export async function readPersonRelease(
  table: Table,
  organisation: string,
  person: string,
  cohort: string,
): Promise<PersonRelease | undefined> {
  const key = keys.personRelease(organisation, person, cohort);
  return await table.get(key, personReleaseSchema, { consistent: true });
}

/** Releases of several people for a cohort; those who are not released are missing. */
export async function readPersonReleases(
  table: Table,
  organisation: string,
  people: readonly string[],
  cohort: string,
): Promise<Map<string, PersonRelease>> {
  const wanted = [...new Set(people)].map((person) => keys.personRelease(organisation, person, cohort));
  const found = await table.getMany(wanted, personReleaseSchema);
  return new Map(found.map((release) => [release.person, release]));
}

const listedReleaseSchema = z
  .object({ sk: z.string() })
  .extend(personReleaseSchema.shape)
  .transform(({ sk, ...release }) => ({ sk, release }));

/** The releases of an organisation's people as they are at this moment, each behind a sort key. */
export function releasesSource(
  table: Table,
  organisation: string,
): Source<{ readonly sk: string; readonly release: PersonRelease }> {
  return async (after, limit) =>
    await table.query({ ...keys.personReleases(organisation), after, limit, consistent: true }, listedReleaseSchema);
}

/** Notes that a person is released unless that is noted already. */
export async function addPersonRelease(table: Table, organisation: string, release: PersonRelease): Promise<void> {
  await table.put({ ...keys.personRelease(organisation, release.person, release.cohort), ...release }, absent);
}

/** Takes away that a person is released. */
export async function removePersonRelease(
  table: Table,
  organisation: string,
  { person, cohort }: Pick<PersonRelease, 'person' | 'cohort'>,
): Promise<void> {
  await table.delete(keys.personRelease(organisation, person, cohort));
}

/** Notes that a person is released; what was noted before is replaced. */
export async function putPersonRelease(table: Table, organisation: string, release: PersonRelease): Promise<void> {
  await table.put({ ...keys.personRelease(organisation, release.person, release.cohort), ...release });
}
