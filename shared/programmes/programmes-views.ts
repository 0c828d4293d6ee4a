import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { programmeDetails, type Programme } from './programme.ts';

const listedProgrammeSchema = z.object({
  sk: z.string(),
  host: z.string(),
  title: programmeDetails.title,
  audience: programmeDetails.audience,
  skills: programmeDetails.skills,
  status: z.enum(['draft', 'published']),
});
export type ListedProgramme = z.infer<typeof listedProgrammeSchema>;

/**
 * A programme stands in its host's list and, once published, in the list of all or in that of each organisation that it
 * is shared with by name, the host too: so one list tells which restricted programmes an organisation can see.
 */
export function viewsOfProgramme(_before: Programme | undefined, after: Programme): readonly ViewWrite[] {
  const { id, host, title, audience, skills, status, version, sharedWith } = after;
  const view = { guard: 'v' as const, version, set: { host, title, audience, skills, status } };
  const hosted = { key: keys.hostedProgramme(host, id), ...view };
  if (status === 'draft') return [hosted];
  const seenBy = sharedWith === 'all' ? ['ALL'] : [host, ...sharedWith];
  return [hosted, ...seenBy.map((audienceId) => ({ key: keys.publishedProgramme(audienceId, id), ...view }))];
}

/** The lists that hold what an organisation can see; a programme may stand in two of them. */
export function programmeSources(table: Table, organisation: string): Source<ListedProgramme>[] {
  return [
    keys.hostedProgrammes(organisation),
    keys.publishedProgrammes('ALL'),
    keys.publishedProgrammes(organisation),
  ].map(
    (list): Source<ListedProgramme> =>
      async (after, limit) =>
        await table.query({ ...list, after, limit }, listedProgrammeSchema),
  );
}

/** What a host offers, drafts too. */
export function hostedProgrammesSource(table: Table, host: string): Source<ListedProgramme> {
  return async (after, limit) =>
    await table.query({ ...keys.hostedProgrammes(host), after, limit }, listedProgrammeSchema);
}

/** The id of the programme that a line of a list is about. */
export function programmeOfLine({ sk }: { readonly sk: string }): string {
  return sk.slice(sk.indexOf('#') + 1);
}

/** Where a list of programmes goes on after a cursor. */
export function programmesAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^PROGRAMME#prg_[0-9a-z]{12}$/);
}

/** The ids of programmes that are shared with an organisation by name, or that it shares so itself; at most `limit`. */
export async function readRestrictedProgrammes(table: Table, organisation: string, limit: number): Promise<string[]> {
  const lines = await table.query({ ...keys.publishedProgrammes(organisation), limit }, z.object({ sk: z.string() }));
  return lines.map(programmeOfLine);
}
