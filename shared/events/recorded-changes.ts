import type { Table } from '../table/table.ts';
import type { Envelope } from './envelope.ts';
import { readRecorded, type HistoryItem } from './history-items.ts';

/** One recorded change of an aggregate, with what it announced. */
export interface RecordedChange {
  /** The aggregate's sort key in its partition. */
  readonly aggregate: string;
  readonly version: number;
  readonly events: readonly Envelope[];
}

type Recorded = RecordedChange & { readonly order: bigint | undefined };

/**
 * The recorded changes of all aggregates of some kinds in one partition, in the order in which they were committed: the
 * table's stream keeps that order within a partition, and the relay does too. So what is read later begins with what was
 * read before, and whoever works something out from it comes to the same each time.
 *
 * Of each aggregate only what is known without a gap: behind a change that was lost nothing is read until the repairing sweep
 * has told the aggregate anew, and that then stands for all that it overtook.
 */
export async function readRecordedChanges(
  table: Table,
  pk: string,
  kinds: readonly string[],
): Promise<RecordedChange[]> {
  const read = await Promise.all(kinds.map(async (kind) => await readRecorded(table, pk, kind)));
  const anew = Map.groupBy(
    read.flatMap(({ toldAnew }) => toldAnew),
    aggregateIn,
  );
  const told = Map.groupBy(
    read.flatMap((one) => one.told),
    aggregateIn,
  );
  const aggregates = [...new Set([...told.keys(), ...anew.keys()])].sort();
  return inOrder(aggregates.map((one) => withoutGaps(one, told.get(one) ?? [], anew.get(one) ?? [])));
}

/** The aggregate that an item of history belongs to: what stands between the item's kind and its epoch and version. */
function aggregateIn({ sk }: HistoryItem): string {
  return sk.slice(sk.indexOf('#') + 1, -'#0000000000#0000000000'.length);
}

function withoutGaps(aggregate: string, told: readonly HistoryItem[], anew: readonly HistoryItem[]): Recorded[] {
  const byVersion = new Map(told.map((item) => [item.version, item]));
  const line: Recorded[] = [];
  let version = 0;
  for (;;) {
    const next = byVersion.get(version + 1) ?? anew.find((item) => item.version > version);
    if (next === undefined) return line;
    ({ version } = next);
    const order = next.order === undefined ? undefined : BigInt(next.order);
    line.push({ aggregate, version, events: next.events, order });
  }
}

/** Merges lines that are each in order. */
function inOrder(lines: readonly Recorded[][]): RecordedChange[] {
  const merged: RecordedChange[] = [];
  const heads = lines.map((line) => ({ line, at: 0 }));
  for (;;) {
    let first: { readonly head: { readonly line: Recorded[]; at: number }; readonly change: Recorded } | undefined;
    for (const head of heads) {
      const change = head.line[head.at];
      if (change !== undefined && (first === undefined || isBefore(change, first.change))) first = { head, change };
    }
    if (first === undefined) return merged;
    first.head.at += 1;
    const { aggregate, version, events } = first.change;
    merged.push({ aggregate, version, events });
  }
}

/** What was told anew has no place in the stream: it stands where the time of its change puts it. */
function isBefore(one: Recorded, other: Recorded): boolean {
  if (one.order !== undefined && other.order !== undefined) return one.order < other.order;
  return (one.events[0]?.at ?? '') < (other.events[0]?.at ?? '');
}
