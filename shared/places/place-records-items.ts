import type { Change } from '../change.ts';
import type { Source } from '../paging.ts';
import { keys, shardOf } from '../table/keys.ts';
import { absent, type Condition, type Table } from '../table/table.ts';
import { mostEntries } from './ledger.ts';
import { placeRecordSchema, type PlaceRecord, type Unkeyed } from './place-record.ts';

/** Reads what is known of a place at this moment. */
export async function readPlaceRecord(table: Table, cohort: string, ticket: number): Promise<PlaceRecord | undefined> {
  return await table.get(keys.place(cohort, ticket), placeRecordSchema, { consistent: true });
}

/** Some of what is known of a cohort's places at this moment, by ticket, behind a sort key. */
export function placeRecordSource(table: Table, cohort: string): Source<PlaceRecord> {
  return async (after, limit) =>
    await table.query({ ...keys.placesIn(cohort), after, limit, consistent: true }, placeRecordSchema);
}

/** What is known of several places; those of which nothing is are missing. A change of the last second may be missing too. */
export async function readSeveralRecords(
  table: Table,
  places: readonly { readonly cohort: string; readonly ticket: number }[],
): Promise<PlaceRecord[]> {
  return await table.getMany(
    places.map(({ cohort, ticket }) => keys.place(cohort, ticket)),
    placeRecordSchema,
  );
}

/** What is known of a cohort's places at this moment, by ticket. */
export async function readPlaceRecords(table: Table, cohort: string): Promise<Map<number, PlaceRecord>> {
  const source = placeRecordSource(table, cohort);
  const records: PlaceRecord[] = [];
  let page: readonly PlaceRecord[];
  do {
    page = await source(records.at(-1)?.sk, mostEntries);
    records.push(...page);
  } while (page.length === mostEntries);
  return new Map(records.map((record) => [record.ticket, record]));
}

/** Writes the record as it is from now on, if it still is of the version before. Answers it, or undefined when it is not. */
export async function writePlaceRecord(table: Table, next: Unkeyed, change: Change): Promise<PlaceRecord | undefined> {
  const key = keys.place(next.cohort, next.ticket);
  const record: PlaceRecord = { ...next, ...key, version: next.version + 1, change };
  const listed = { gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${next.cohort}` };
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': next.version } };
  const written = await table.put({ ...record, ...listed }, next.version === 0 ? absent : unchanged);
  return written ? record : undefined;
}
