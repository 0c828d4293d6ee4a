import type { Change } from '../change.ts';
import { ledgerStatesBefore } from '../cohorts/cohort-states.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Outcome, Table, TransactionWrite } from '../table/table.ts';
import { noLedger, sameLedger } from './ledger-checks-items.ts';
import type { Ledger } from './ledger.ts';
import { makeLedger } from './opened-ledger-items.ts';
import { readLedger, readLedgers, writeStatus } from './places-items.ts';
import { moveLedger, replanLedger } from './planned-items.ts';

/** The write that makes the ledger of a cohort that opens; those with whom it is shared are told. Refused when there is one. */
export function ledgerOpened(cohort: Cohort, change: Change): TransactionWrite {
  return makeLedger(cohort, 'open', { ...change, type: 'opened', audience: cohort.sharedWith });
}

/** The write that makes the ledger of a draft that is cancelled; only its host is told. Refused when there is one. */
export function ledgerDropped(cohort: Cohort, change: Change): TransactionWrite {
  return makeLedger(cohort, 'cancelled', { ...change, type: 'cancelled', audience: [cohort.host] });
}

/** The write that tells the ledger of a cohort that its plan is archived. Refused when there is no ledger. */
export function ledgerArchived(cohort: Cohort, change: Change): TransactionWrite {
  return replanLedger(cohort, { ...change, type: 'archived' });
}

/**
 * The write that moves the ledger of a cohort to the days of its changed plan; those with whom it is shared, and whoever has
 * places there, are told. Refused when it is cancelled.
 */
export function ledgerMoved(cohort: Cohort, before: Ledger, change: Change): TransactionWrite {
  const { sharedWith: audience, firstDay, lastDay } = cohort;
  return moveLedger(cohort, before, { ...change, type: 'moved', audience, firstDay, lastDay });
}

/** The check, for a transaction that writes something else, that a cohort is a draft still. */
export function stillDraft(cohort: string): TransactionWrite {
  return noLedger(cohort);
}

/**
 * The check, for a transaction that writes something else, that nobody has got or lost a place since the ledger was read. A
 * claim of that very moment may be turned away as busy: for what is done seldom.
 */
export function ledgerUnchanged(cohort: string, ledger: Ledger): TransactionWrite {
  return sameLedger(cohort, ledger);
}

/** Closes an open cohort. Refused, with the ledger, when it is not open. */
export async function closeLedger(table: Table, cohort: Cohort, change: Change): Promise<Outcome<Ledger>> {
  const told = { ...change, type: 'closed', audience: cohort.sharedWith };
  return await writeStatus(table, cohort.id, 'closed', ledgerStatesBefore('closed'), told);
}

/** Cancels a cohort that is open or closed. Refused, with the ledger, when it is cancelled already. */
export async function cancelLedger(table: Table, cohort: Cohort, change: Change): Promise<Outcome<Ledger>> {
  const told = { ...change, type: 'cancelled', audience: cohort.sharedWith };
  return await writeStatus(table, cohort.id, 'cancelled', ledgerStatesBefore('cancelled'), told);
}

/** A cohort's ledger as it is at this moment; undefined while it is a draft. */
export async function findLedger(table: Table, cohort: string): Promise<Ledger | undefined> {
  return await readLedger(table, cohort, { consistent: true });
}

/** The ledgers of several cohorts; a change of the last second may be missing. */
export async function findLedgers(table: Table, cohorts: readonly string[]): Promise<readonly Ledger[]> {
  return await readLedgers(table, cohorts);
}
