import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { nettingStatus, type Netting } from './netting.ts';

const listedNettingSchema = z.object({
  sk: z.string(),
  proposer: z.string(),
  members: z.int(),
  accepted: z.int(),
  status: nettingStatus,
});
export type ListedNetting = z.infer<typeof listedNettingSchema>;

/** An agreement stands in the list of each of its members, and of those who left it, with how many they are. */
export function viewsOfNetting(_before: Netting | undefined, after: Netting): readonly ViewWrite[] {
  const { id, proposer, members, accepted, left, status, version } = after;
  const set = { proposer, members: members.length, accepted: accepted.length, status };
  return [...members, ...left].map((organisation) => ({
    key: keys.organisationNetting(organisation, id),
    guard: 'v',
    version,
    set,
  }));
}

/** The agreements that an organisation is, or was, a member of, or is asked to become one; by id. */
export function nettingsSource(table: Table, organisation: string): Source<ListedNetting> {
  return async (after, limit) =>
    await table.query({ ...keys.organisationNettings(organisation), after, limit }, listedNettingSchema);
}

/** The id of the agreement that a line is about. */
export function nettingOfLine({ sk }: { readonly sk: string }): string {
  return sk.slice(sk.indexOf('#') + 1);
}

/** Where a list of agreements goes on after a cursor. */
export function nettingsAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^NETTING#net_[0-9a-z]{12}$/);
}
