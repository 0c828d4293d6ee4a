import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { epochSeconds } from '../clock.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { PlaceRecord } from './place-record.ts';

/** How long what has gone keeps a mark, so that a late duplicate of an old image cannot bring it back. */
const keptSeconds = 14 * 86_400;

/** A place stands in the list of the person who is named, or about to be, on it; the ledger says whether it counts. */
export function viewsOfPlaceRecord(before: PlaceRecord | undefined, after: PlaceRecord): readonly ViewWrite[] {
  if (before !== undefined && before.person === after.person) return [];
  const { cohort, ticket, version, organisation } = after;
  const expires = epochSeconds(new Date(after.change.at)) + keptSeconds;
  const line = (person: string | undefined, set: ViewWrite['set']): ViewWrite[] =>
    person === undefined ? [] : [{ key: keys.personPlace(person, cohort, ticket), guard: 'v', version, set }];
  return [
    ...line(before?.person, { cohort, ticket, organisation, gone: true, expires }),
    ...line(after.person, { cohort, ticket, organisation, gone: false, expires: null }),
  ];
}

const lineSchema = z.object({
  sk: z.string(),
  cohort: z.string(),
  ticket: z.int(),
  organisation: z.string(),
  gone: z.boolean(),
});
/** A line of a person's list: a place on which they are, or were, or may be named. */
export type PersonPlace = z.infer<typeof lineSchema>;

/** The places on which a person may be named, by cohort; the newest of them may be missing for some seconds. */
export async function readPersonPlaces(table: Table, person: string, after: string | undefined, limit: number) {
  return await table.query({ ...keys.personPlaces(person), after, limit }, lineSchema);
}
