import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { eraseException } from './erase-exception.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { standingOf, type Ledger } from './ledger.ts';
import type { ChosenPerson } from './place-person.ts';
import { readPlaceRecord } from './place-records-items.ts';
import { claimKey, readLedger, writeForgone, writeGiveBack } from './places-items.ts';

/** How often it is tried again that another change has overtaken. */
const attempts = 5;

/** Somebody whom the host chose, and the place that is known to have been theirs. */
interface Chosen extends Pick<ChosenPerson, 'person' | 'organisation' | 'occasion'> {
  readonly ticket: number | undefined;
}

/**
 * Does, in the name of a person whom the host chose, without the place that they have not been named on: false, and nothing
 * is changed, when they are named on it. The ledger alone decides, so that naming them and doing without have one winner:
 *
 * - a place that was claimed for them, and on which nobody has been named, is given back, and goes to the next in line;
 * - where none was claimed, its key is marked as given back, so that whoever is about to claim it finds it gone;
 * - a place that their organisation has dealt with since (its name taken off or another's put there) stays as it is.
 *
 * Why the host made an exception for them is erased from it. Done already, nothing happens. Refuses with `request.busy` when
 * others came first each time.
 */
export async function forgoPlace(context: Context, cohort: string, chosen: Chosen): Promise<boolean> {
  const key = `${claimKey(chosen.organisation, chosen.occasion, 'selection')}.0`;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(context.table, cohort, { consistent: true });
    if (ledger === undefined) return true;
    const ticket = chosen.ticket ?? ledger.entries[key];
    if (ticket === undefined) {
      if (ledger.status === 'cancelled' || (await writeForgone(context.table, cohort, key, forgone(context))))
        return true;
      continue;
    }
    if (await isNamedOn(context, cohort, ledger, { ...chosen, ticket })) return false;
    if (!(await isLeft(context, cohort, ledger, { ...chosen, ticket }))) continue;
    await eraseException(context, { cohort, ticket: Math.abs(ticket), person: chosen.person, isTheirs: true });
    return true;
  }
  throw refusal('request.busy');
}

const forgone = (context: Context) => changeNow(context, 'forgone');

/** Whether the person has the place, by the ledger; nobody has one when the cohort was cancelled. */
async function isNamedOn(context: Context, cohort: string, ledger: Ledger, { ticket, person }: Chosen & Ticket) {
  if (ledger.status === 'cancelled' || ledger.named?.has(ticket) !== true) return false;
  return (await readPlaceRecord(context.table, cohort, ticket))?.person === person;
}

interface Ticket {
  readonly ticket: number;
}

/**
 * Gives back a place that was claimed for the person alone; says whether nothing is theirs any more, false when another
 * change came first.
 */
async function isLeft(context: Context, cohort: string, ledger: Ledger, chosen: Chosen & Ticket): Promise<boolean> {
  const { ticket, organisation } = chosen;
  const { confirmed, waiting } = standingOf(ledger);
  const place = [...confirmed, ...waiting].find((one) => one.ticket === ticket && one.organisation === organisation);
  const isDealtWith = ledger.named?.has(ticket) === true || ledger.unnamed?.[String(ticket)] !== undefined;
  if (place === undefined || isDealtWith || ledger.status === 'cancelled') return true;
  // Nobody moves up who no longer wants it.
  await lapseOverdueWaits(context.table, context.clock, cohort);
  return (await writeGiveBack(context.table, cohort, [place], changeNow(context, 'given-back'))).applied;
}
