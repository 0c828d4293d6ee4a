import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { organisationDetails, type Organisation } from './organisation.ts';

const directoryEntrySchema = z.object({
  sk: z.string(),
  name: organisationDetails.name,
  kind: organisationDetails.kind,
  succeededBy: z.string().optional(),
});
export type DirectoryEntry = z.infer<typeof directoryEntrySchema>;

/** An organisation stands in the directory from when it has joined, also after it was succeeded. */
export function viewsOfOrganisation(_before: Organisation | undefined, after: Organisation): readonly ViewWrite[] {
  if (after.status === 'founded') return [];
  const { name, kind, version, succeededBy } = after;
  return [{ key: keys.directoryEntry(name, after.id), guard: 'v', version, set: { name, kind, succeededBy } }];
}

/** The directory, by name. */
export function directorySource(table: Table): Source<DirectoryEntry> {
  return async (after, limit) => await table.query({ pk: keys.directory(), after, limit }, directoryEntrySchema);
}

/** The id of the organisation that an entry of the directory is about. */
export function organisationOfEntry(entry: DirectoryEntry): string {
  return entry.sk.slice(entry.sk.lastIndexOf('#') + 1);
}

/** Where the directory goes on after a cursor. */
export function directoryAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^.+#org_[0-9a-z]+$/s);
}
