import { changeByItself } from '../change.ts';
import type { Installation } from '../context.ts';
import { findPublication } from '../events/find-publication.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { isOvertaken, wasUnnamedSince } from './ledger.ts';
import { writeDueAnew } from './naming-items.ts';
import { soonestReleaseAt } from './naming.ts';
import { placesThatMayBe } from './place-states.ts';
import { readLedger, writeGiveBack } from './places-items.ts';

/** How many places one write takes: an expression has at most 4 KB. */
const mostAtOnce = 20;
/** How often it is tried again that another change has overtaken. */
const attempts = 8;

/** Whether a release is done; if it comes too soon, from when on it may be. */
export interface Released {
  readonly done: boolean;
  readonly notBefore?: Date;
}

/**
 * Releases those of these places on which nobody is named although the holder was reminded; whoever waits longest is
 * confirmed by the same write. Waits whose date has passed lapse first, so that nobody is promoted who no longer wants it.
 * A naming that comes at the same moment and this write have one winner. What lost a name after the reminder that this
 * follows from, be it reminded of again since, has a time of its own and is passed over; so is everything when the cohort was
 * moved after it.
 *
 * The three days of a reminder count from when it had been told, not from its write: until they have passed it is not
 * done. When even now it is not known that it was told, nothing is released, and all dates of the cohort count anew.
 *
 * `remindedBy` is the version that the ledger had with the reminder. Causes place.released, and place.confirmed for whoever moves up.
 */
export async function releasePlaces(
  installation: Installation,
  cohort: string,
  { tickets, remindedBy }: { readonly tickets: readonly number[]; readonly remindedBy: number },
): Promise<Released> {
  const { table, clock } = installation;
  await lapseOverdueWaits(table, clock, cohort);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(table, cohort, { consistent: true });
    if (ledger === undefined || ledger.status === 'cancelled' || isOvertaken(ledger, remindedBy)) return { done: true };
    const places = placesThatMayBe('released', ledger, tickets).filter(
      ({ ticket }) => !wasUnnamedSince(ledger, ticket, remindedBy),
    );
    if (places.length === 0) return { done: true };
    const told = await findPublication(installation, ledger, remindedBy);
    if (told === undefined) {
      await writeDueAnew(table, ledger, changeByItself('due-anew', clock.now()));
      continue;
    }
    if (clock.now() < soonestReleaseAt(told)) return { done: false, notBefore: soonestReleaseAt(told) };
    const change = changeByItself('released', clock.now());
    await writeGiveBack(table, cohort, places.slice(0, mostAtOnce), change, { remindedBy });
  }
  return { done: false };
}
