import { keys } from '../table/keys.ts';
import type { TransactionWrite } from '../table/table.ts';
import type { Ledger } from './ledger.ts';

/** The check that a cohort has no ledger. */
export function noLedger(cohort: string): TransactionWrite {
  return { key: keys.ledger(cohort), holds: { condition: 'attribute_not_exists(pk)' } };
}

/** The check that a cohort's ledger is of the version that was read. */
export function sameLedger(cohort: string, { version }: Ledger): TransactionWrite {
  return { key: keys.ledger(cohort), holds: { condition: 'version = :seen', values: { ':seen': version } } };
}
