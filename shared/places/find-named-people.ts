import type { Table } from '../table/table.ts';
import type { Ledger } from './ledger.ts';
import { readPlaceRecords } from './place-records-items.ts';

/** The ids of the people who are named on a cohort's places at this moment. Private: for decisions alone. */
export async function findNamedPeople(table: Table, cohort: string, ledger: Ledger): Promise<Set<string>> {
  const records = await readPlaceRecords(table, cohort);
  const named = [...records.values()].flatMap(({ ticket, person }) =>
    person !== undefined && ledger.named?.has(ticket) === true ? [person] : [],
  );
  return new Set(named);
}
