import { changeByItself } from '../change.ts';
import { epochSeconds, type Clock } from '../clock.ts';
import { refusal } from '../errors.ts';
import type { Table } from '../table/table.ts';
import { lapsedWith, mostPlacesAtOnce, overdueWaits } from './ledger.ts';
import { readLedger, writeGiveBack } from './places-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 8;

/**
 * Lets the waits lapse whose date has passed, all in one write, and says how many. Done by the sweeper when they are due,
 * and before anything that would promote. A wait can be promoted at any moment, and a place must never lapse, so this
 * write alone holds the version that was read: when another change came first, it looks again.
 * Refuses with `request.busy` when others came first each time; nothing is changed then.
 */
export async function lapseOverdueWaits(table: Table, clock: Clock, cohort: string): Promise<number> {
  let lapsed = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(table, cohort, { consistent: attempt > 0 });
    if (ledger === undefined || ledger.status === 'cancelled') return lapsed;
    const overdue = overdueWaits(ledger, epochSeconds(clock.now())).slice(0, mostPlacesAtOnce);
    if (overdue.length === 0) return lapsed;
    const change = changeByItself('lapsed', clock.now());
    const held = { version: ledger.version, lapsed: lapsedWith(ledger, overdue) };
    const { applied } = await writeGiveBack(table, cohort, overdue, change, held);
    if (applied) lapsed += overdue.length;
  }
  throw refusal('request.busy');
}
