import type { Cohort } from '../cohorts/cohort.ts';
import type { Table } from '../table/table.ts';
import { costHistory } from './cost-history.ts';
import type { Charge } from './share-out.ts';
import { readCostRecords } from './shares-items.ts';

/** What is recorded of who owes for which places of a cohort. */
export interface RecordedCharges {
  /** Undefined while no cost plan is recorded: by none nobody is charged. */
  readonly charges: readonly Charge[] | undefined;
  /** The version of the ledger up to which that goes; 0 while nothing of it is recorded. */
  readonly ledger: number;
}

/** Who owes for which places of a cohort, as far as that is recorded: what was done in the last seconds may be missing. */
export async function findCharges(table: Table, { id, host }: Pick<Cohort, 'id' | 'host'>): Promise<RecordedCharges> {
  const { changes } = await readCostRecords(table, id);
  const history = costHistory(id, host, changes);
  const { charges } = history.chargedAfter(history.causes.length) ?? {};
  return { charges, ledger: changes.findLast(({ aggregate }) => aggregate === 'LEDGER')?.version ?? 0 };
}
