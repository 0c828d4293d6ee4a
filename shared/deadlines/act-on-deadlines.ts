import type { Clock } from '../clock.ts';
import { collectClaims } from '../places/collect-claims.ts';
import { compactLedger } from '../places/compact-ledger.ts';
import { lapseOverdueWaits } from '../places/lapse-waits.ts';
import { releasePlaces } from '../places/release-places.ts';
import { remindNaming } from '../places/remind-naming.ts';
import { passOn } from '../successions/pass-on.ts';
import { shards } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { readDue, removeDue } from './deadlines-items.ts';
import type { DueItem } from './deadlines-views.ts';

/** How many due items are read at once. */
const pageSize = 100;

export interface ActedOn {
  readonly acted: number;
  /** What could not be done now and stays due, with why. */
  readonly failures: readonly { readonly kind: string; readonly error: unknown }[];
}

/**
 * Acts on everything that is due, the longest due first, until nothing is left or `until` has come: also after an outage,
 * when much is. Each action looks at its aggregate again and writes on a condition, so acting twice changes nothing; the
 * due item goes only after that. One that fails stays due for the next minute and holds up no other.
 */
export async function actOnDeadlines(table: Table, clock: Clock, until: Date): Promise<ActedOn> {
  let acted = 0;
  const failures: { kind: string; error: unknown }[] = [];
  // Each minute begins at another shard, so that a long piece of work in one cannot hold up the others for ever.
  const first = Math.floor(clock.now().getTime() / 60_000) % shards;
  for (let turn = 0; turn < shards; turn += 1) {
    const shard = (first + turn) % shards;
    const failed = new Set<string>();
    let page: DueItem[];
    do {
      page = (await readDue(table, shard, clock.now(), pageSize + failed.size)).filter(
        (item) => !failed.has(nameOf(item)),
      );
      for (const item of page) {
        const error = await failureOf(table, clock, item);
        if (error === undefined) acted += 1;
        else {
          failed.add(nameOf(item));
          failures.push({ kind: item.kind, error });
        }
      }
    } while (page.length > 0 && clock.now() < until);
  }
  return { acted, failures };
}

async function failureOf(table: Table, clock: Clock, item: DueItem): Promise<unknown> {
  try {
    await act(table, clock, item);
    await removeDue(table, item);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function act(table: Table, clock: Clock, item: DueItem): Promise<void> {
  const cohort = item.pk.slice('COHORT#'.length);
  switch (item.kind) {
    case 'lapse-wait':
      await lapseOverdueWaits(table, clock, cohort);
      return;
    case 'compact-ledger':
      insist(await compactLedger(table, clock, cohort, item.tickets ?? []));
      return;
    case 'collect-claims':
      await collectClaims(table, clock, cohort);
      return;
    case 'remind-naming': {
      const { tickets = [], nameBy = clock.now().toISOString() } = item;
      insist(await remindNaming(table, clock, cohort, { tickets, nameBy, since: item.v }));
      return;
    }
    case 'release-places':
      insist(await releasePlaces(table, clock, cohort, { tickets: item.tickets ?? [], remindedBy: item.v }));
      return;
    case 'pass-on':
      insist(await passOn(table, clock, item.pk.slice('ORGANISATION#'.length)));
      return;
  }
}

/** What could not be done since others came first stays due. */
function insist(done: boolean): void {
  if (!done) throw new Error('Another change came first');
}

function nameOf(item: DueItem): string {
  return `${item.pk} ${item.sk}`;
}
