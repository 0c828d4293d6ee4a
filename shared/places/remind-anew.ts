import { changeByItself } from '../change.ts';
import type { Installation } from '../context.ts';
import { findPublication } from '../events/find-publication.ts';
import { isOvertaken, unnamedPlaces, wasUnnamedSince, type Ledger } from './ledger.ts';
import { readReleases, writeDueAnew } from './naming-items.ts';
import { readLedger } from './places-items.ts';

/** How often it is tried again that another change has overtaken. */
const attempts = 8;

/**
 * After something of a cohort was told anew, because it was lost: where a holder was reminded and it is not known that the
 * reminder was told, all dates for names of the cohort count anew, and everybody concerned is reminded in their time. When
 * all were told, nothing changes. `since` is the version that was told anew; what made all due anew after it is enough.
 * Says whether it is done.
 */
export async function remindAnew(installation: Installation, cohort: string, since: number): Promise<boolean> {
  const { table, clock } = installation;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(table, cohort, { consistent: true });
    if (ledger === undefined || ledger.status === 'cancelled' || isOvertaken(ledger, since)) return true;
    const told = await toldIn(installation, ledger);
    const untold = unnamedPlaces(ledger).filter(
      ({ ticket }) => ledger.reminded?.has(ticket) === true && !told.has(ticket),
    );
    if (untold.length === 0) return true;
    if ((await writeDueAnew(table, ledger, changeByItself('due-anew', clock.now()))).applied) return true;
  }
  return false;
}

/** The tickets of whose reminder it is known that it was told: its release is due, and its change was published. */
async function toldIn(installation: Installation, ledger: Ledger): Promise<ReadonlySet<number>> {
  const told = new Set<number>();
  for (const { v: remindedBy, tickets = [] } of await readReleases(installation.table, ledger)) {
    if (isOvertaken(ledger, remindedBy)) continue;
    if ((await findPublication(installation, ledger, remindedBy)) === undefined) continue;
    for (const ticket of tickets) if (!wasUnnamedSince(ledger, ticket, remindedBy)) told.add(ticket);
  }
  return told;
}
