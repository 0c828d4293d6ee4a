import type { Change } from '../change.ts';
import { refusal } from '../errors.ts';
import { ledgerDropped, ledgerOpened } from '../places/cohort-ledger.ts';
import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';
import { draftReplaced, readCohort } from './cohorts-items.ts';

/** How often the transaction is tried again that a change of the draft has overtaken. */
const attempts = 3;

/**
 * Ends a cohort's time as a draft: opens it, or drops it before it was ever open. One transaction fixes the plan and makes
 * the ledger from it, so that the two can never differ. Answers the cohort as it is now; one that is no draft any more is
 * left as it is. The seed is published with a cohort whose places are allocated. Refuses with `request.busy` when it was changed again and again.
 */
export async function leaveDraft(
  table: Table,
  draft: Cohort,
  how: 'opened' | 'dropped',
  now: Change,
  seed?: string,
): Promise<Cohort> {
  let cohort = draft;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (cohort.opened) return cohort;
    const next: Cohort = {
      ...cohort,
      opened: true,
      ...(how === 'dropped' ? { dropped: true } : {}),
      ...(cohort.allocation === undefined ? {} : { seed }),
      version: cohort.version + 1,
      change: { ...now, type: how },
    };
    const ledger = how === 'opened' ? ledgerOpened(next, now) : ledgerDropped(next, now);
    if (await table.transact([draftReplaced(next), ledger])) return next;
    cohort = (await readCohort(table, draft.id)) ?? cohort;
  }
  throw refusal('request.busy');
}
