import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { isOvertaken, wasUnnamedSince } from './ledger.ts';
import { placesThatMayBe } from './place-states.ts';
import { readLedger, writeGiveBack } from './places-items.ts';

/** How many places one write takes: an expression has at most 4 KB. */
const mostAtOnce = 20;
/** How often it is tried again that another change has overtaken. */
const attempts = 8;

/**
 * Releases those of these places on which nobody is named although the holder was reminded; whoever waits longest is
 * confirmed by the same write. Waits whose date has passed lapse first, so that nobody is promoted who no longer wants it.
 * A naming that comes at the same moment and this write have one winner. What lost a name after the reminder that this
 * follows from, be it reminded of again since, has a time of its own and is passed over; so is everything when the cohort was
 * moved after it. Says whether it is done.
 *
 * `remindedBy` is the version that the ledger had with the reminder. Causes place.released, and place.confirmed for whoever moves up.
 */
export async function releasePlaces(
  table: Table,
  clock: Clock,
  cohort: string,
  { tickets, remindedBy }: { readonly tickets: readonly number[]; readonly remindedBy: number },
): Promise<boolean> {
  await lapseOverdueWaits(table, clock, cohort);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(table, cohort, { consistent: true });
    if (ledger === undefined || ledger.status === 'cancelled' || isOvertaken(ledger, remindedBy)) return true;
    const places = placesThatMayBe('released', ledger, tickets).filter(
      ({ ticket }) => !wasUnnamedSince(ledger, ticket, remindedBy),
    );
    if (places.length === 0) return true;
    const change = changeByItself('released', clock.now());
    await writeGiveBack(table, cohort, places.slice(0, mostAtOnce), change, { remindedBy });
  }
  return false;
}
