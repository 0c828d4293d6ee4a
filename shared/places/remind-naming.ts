import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { isOvertaken, wasUnnamedSince } from './ledger.ts';
import { writeReminded } from './naming-items.ts';
import { placesThatMayBe } from './place-states.ts';
import { readLedger } from './places-items.ts';

/** How many places one write takes: an expression has at most 4 KB. */
const mostAtOnce = 30;
/** How often it is tried again that another change has overtaken. */
const attempts = 8;

/** Of which places to remind, by when somebody is to be named on them, and since which version of the ledger. */
interface Reminder {
  readonly tickets: readonly number[];
  readonly nameBy: string;
  readonly since: number;
}

/**
 * Reminds the holders of these places to name somebody by the instant; places that are named, gone or were reminded of are
 * passed over, so a holder is reminded once; so are those that lost a name since, which have another date, and all of them
 * when the cohort was moved since. Says whether it is done; when others came first each time it is not.
 *
 * Causes place.naming-due.
 */
export async function remindNaming(
  table: Table,
  clock: Clock,
  cohort: string,
  { tickets, nameBy, since }: Reminder,
): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const ledger = await readLedger(table, cohort, { consistent: true });
    if (ledger === undefined || ledger.status === 'cancelled' || isOvertaken(ledger, since)) return true;
    const places = placesThatMayBe('reminded', ledger, tickets).filter(
      ({ ticket }) => !wasUnnamedSince(ledger, ticket, since),
    );
    if (places.length === 0) return true;
    const change = { ...changeByItself('reminded', clock.now()), nameBy };
    await writeReminded(table, ledger, places.slice(0, mostAtOnce), change);
  }
  return false;
}
