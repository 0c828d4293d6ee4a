import type { Installation } from '../context.ts';
import { postShares } from '../costs/post-shares.ts';
import { collectClaims } from '../places/collect-claims.ts';
import { compactLedger } from '../places/compact-ledger.ts';
import { lapseOverdueWaits } from '../places/lapse-waits.ts';
import { releasePlaces } from '../places/release-places.ts';
import { remindAnew } from '../places/remind-anew.ts';
import { remindNaming } from '../places/remind-naming.ts';
import { remindOfStatement } from '../statements/remind-statement.ts';
import { continueSettlement, settlePayment } from '../settlements/continue-settlement.ts';
import { passOn } from '../successions/pass-on.ts';
import { shards } from '../table/keys.ts';
import { postponeDue, readDue, removeDue } from './deadlines-items.ts';
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
 * due item goes only after that, and is put off when it came too soon. One that fails stays due for the next minute and
 * holds up no other, and so does work that is too long for one run, of which each does a part.
 */
export async function actOnDeadlines(installation: Installation, until: Date): Promise<ActedOn> {
  const { table, clock } = installation;
  let acted = 0;
  const failures: { kind: string; error: unknown }[] = [];
  // Each minute begins at another shard, so that a long piece of work in one cannot hold up the others for ever.
  const first = Math.floor(clock.now().getTime() / 60_000) % shards;
  for (let turn = 0; turn < shards; turn += 1) {
    const shard = (first + turn) % shards;
    /** What was dealt with and stays due. */
    const left = new Set<string>();
    let page: DueItem[];
    do {
      page = (await readDue(table, shard, clock.now(), pageSize + left.size)).filter((item) => !left.has(nameOf(item)));
      for (const item of page) {
        const outcome = await actOn(installation, item, until);
        if (outcome === 'done') {
          acted += 1;
          continue;
        }
        left.add(nameOf(item));
        if (outcome !== 'to be continued') failures.push({ kind: item.kind, error: outcome.error });
      }
    } while (page.length > 0 && clock.now() < until);
  }
  return { acted, failures };
}

type ActOutcome = 'done' | 'to be continued' | { readonly error: unknown };

async function actOn(installation: Installation, item: DueItem, until: Date): Promise<ActOutcome> {
  try {
    if (!(await act(installation, item, until))) return 'to be continued';
    await removeDue(installation.table, item);
    return 'done';
  } catch (error) {
    return { error };
  }
}

/** Does what is due; false when some of it is left for another run. */
async function act(installation: Installation, item: DueItem, until: Date): Promise<boolean> {
  const { table, clock } = installation;
  const cohort = item.pk.slice('COHORT#'.length);
  switch (item.kind) {
    case 'lapse-wait':
      await lapseOverdueWaits(table, clock, cohort);
      return true;
    case 'compact-ledger':
      insist(await compactLedger(table, clock, cohort, item.tickets ?? []));
      return true;
    case 'collect-claims':
      await collectClaims(table, clock, cohort);
      return true;
    case 'remind-naming': {
      const { tickets = [], nameBy = clock.now().toISOString() } = item;
      insist(await remindNaming(table, clock, cohort, { tickets, nameBy, since: item.v }));
      return true;
    }
    case 'release-places':
      return await release(installation, cohort, item);
    case 'remind-anew':
      insist(await remindAnew(installation, cohort, item.v));
      return true;
    case 'post-shares':
      return await postShares(table, clock, cohort);
    case 'continue-settlement':
      await continueSettlement(installation, item.pk.slice('SETTLEMENT#'.length));
      return true;
    case 'settle-payment': {
      const number = Number(item.sk.slice(item.sk.lastIndexOf('#') + 1));
      await settlePayment(installation, item.pk.slice('SETTLEMENT#'.length), number);
      return true;
    }
    case 'pass-on':
      return await passOn(table, clock, item.pk.slice('ORGANISATION#'.length), until);
    case 'remind-statement':
      insist(await remindOfStatement(table, clock, item.pk.slice('STATEMENT#'.length)));
      return true;
  }
}

/** Releases what is due; false when it was put off, because the reminder was told too short a time ago. */
async function release(installation: Installation, cohort: string, item: DueItem): Promise<boolean> {
  const places = { tickets: item.tickets ?? [], remindedBy: item.v };
  const { done, notBefore } = await releasePlaces(installation, cohort, places);
  if (notBefore === undefined) insist(done);
  else await postponeDue(installation.table, item, notBefore);
  return done;
}

/** What could not be done since others came first stays due. */
function insist(done: boolean): void {
  if (!done) throw new Error('Another change came first');
}

function nameOf(item: DueItem): string {
  return `${item.pk} ${item.sk}`;
}
