import type { Change } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { keys } from '../table/keys.ts';
import type { TransactionWrite } from '../table/table.ts';
import type { Ledger } from './ledger.ts';
import { listedAs, namingOf } from './opened-ledger-items.ts';

/** From how many days that a cohort was moved away from its ledger takes it. */
const mostUnlisted = 5;

/** The write that tells a cohort's ledger of another version of the plan, for the transaction that makes that. */
export function replanLedger({ id, version }: Cohort, change: Change): TransactionWrite {
  const update = 'SET planned = :planned, version = version + :one, change = :change';
  const values = { ':planned': version, ':one': 1, ':change': change };
  return { key: keys.ledger(id), change: { update, condition: 'attribute_exists(pk)', values } };
}

/**
 * The write that moves a cohort's ledger with its plan, for the transaction of both: where it is listed, by when people are
 * to be named, and that no holder was reminded of the new date. `before` is any earlier image of the version of the plan
 * that the transaction replaces. Refused when the cohort is cancelled.
 */
export function moveLedger(cohort: Cohort, before: Ledger, change: Change): TransactionWrite {
  const listed = listedAs(cohort);
  const unlisted = [before.listed, ...(before.unlisted ?? [])].filter((place) => place !== listed);
  const sets = [
    'planned = :planned',
    'listed = :listed',
    'unlisted = :unlisted',
    'dueSince = version + :one',
    'version = version + :one',
    'change = :change',
  ];
  const values: Record<string, unknown> = {
    ':planned': cohort.version,
    ':listed': listed,
    ':unlisted': [...new Set(unlisted)].slice(0, mostUnlisted),
    ':one': 1,
    ':change': change,
    ':cancelled': 'cancelled',
  };
  // On a ledger of before places had to be named they still have not.
  if (before.naming !== undefined) {
    sets.push('naming = :naming');
    values[':naming'] = namingOf(cohort);
  }
  const update = `SET ${sets.join(', ')} REMOVE reminded`;
  const condition = 'attribute_exists(pk) AND #status <> :cancelled';
  return { key: keys.ledger(cohort.id), change: { update, condition, names: { '#status': 'status' }, values } };
}
