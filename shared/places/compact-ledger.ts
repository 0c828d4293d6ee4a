import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { readExplainedClaims, removeClaimReasons } from './allocations-items.ts';
import { writeCompaction, type Leftovers } from './compaction-items.ts';
import { claimOf, mostPlacesAtOnce, standingOf, type Ledger } from './ledger.ts';
import { readLedger } from './places-items.ts';

/**
 * Takes tombstones (by their exact tickets) out of a cohort's ledger, with the dates and the organisations that no longer
 * matter. Done a day after the places were given back: until then a late duplicate of a claim must still find its key.
 * What has gone already is passed over; a change that comes between is met by the conditions, and the sweeper comes again.
 * Why claims were made of which nothing is left goes too.
 */
export async function compactLedger(
  table: Table,
  clock: Clock,
  cohort: string,
  tickets: readonly number[],
): Promise<boolean> {
  // Read before the ledger, which so has every claim that is explained.
  const explained = await readExplainedClaims(table, cohort);
  let ledger = await readLedger(table, cohort, { consistent: true });
  if (ledger !== undefined) await removeClaimReasons(table, cohort, goneFrom(ledger, explained));
  while (ledger !== undefined) {
    const leftovers = leftoversOf(ledger, tickets);
    if (leftovers.tombstones.length === 0) return true;
    const written = await writeCompaction(table, cohort, leftovers, changeByItself('compacted', clock.now()));
    if (!written.applied) return false;
    ledger = written.item;
  }
  return true;
}

/** Those of some claims of which nothing is left. */
function goneFrom({ entries }: Ledger, claims: readonly string[]): string[] {
  const live = new Set(Object.entries(entries).flatMap(([key, ticket]) => (ticket > 0 ? [claimOf(key)] : [])));
  return claims.filter((claim) => !live.has(claim));
}

/** What can be taken out: at most fifty tombstones at once. */
function leftoversOf(ledger: Ledger, tickets: readonly number[]): Leftovers {
  const wanted = new Set(tickets);
  const tombstones = Object.entries(ledger.entries).flatMap(([key, ticket]) =>
    wanted.has(-ticket) ? [{ key, ticket: -ticket }] : [],
  );
  const { confirmed, waiting } = standingOf(ledger);
  // Dates matter to what waits, and to what is held.
  const dated = new Set([...waiting, ...confirmed.filter(({ held }) => held)].map(({ key }) => claimOf(key)));
  const removed = tombstones.slice(0, mostPlacesAtOnce);
  const gone = new Set(removed.map(({ key }) => key));
  // Whoever gave something back in the last day stays known here, to be told when its announcement was lost.
  const left = Object.keys(ledger.entries).filter((key) => !gone.has(key));
  const known = new Set(left.map((key) => key.slice(0, 7)));
  const organisations = Object.entries(ledger.live).flatMap(([organisation, live]) =>
    live === 0 && !known.has(organisation) ? [organisation] : [],
  );
  const live = new Set([...confirmed, ...waiting].map(({ ticket }) => String(ticket)));
  return {
    tombstones: removed,
    claims: Object.keys(ledger.until)
      .filter((claim) => !dated.has(claim))
      .slice(0, mostPlacesAtOnce),
    organisations: organisations.slice(0, mostPlacesAtOnce),
    unnamed: Object.keys(ledger.unnamed ?? {})
      .filter((ticket) => !live.has(ticket))
      .slice(0, mostPlacesAtOnce),
  };
}
