import type { Change } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { keys } from '../table/keys.ts';
import type { TransactionWrite } from '../table/table.ts';

/** The write that tells a cohort's ledger of another version of the plan, for the transaction that makes that. */
export function replanLedger({ id, version }: Cohort, change: Change): TransactionWrite {
  const update = 'SET planned = :planned, version = version + :one, change = :change';
  const values = { ':planned': version, ':one': 1, ':change': change };
  return { key: keys.ledger(id), change: { update, condition: 'attribute_exists(pk)', values } };
}
