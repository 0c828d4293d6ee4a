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

/** The recorded changes of aggregates, in order, and all events that are known by them. */
export interface RecordedChanges {
  readonly changes: readonly RecordedChange[];
  /** The ids of the events that the changes tell, and of those that others of them stand for. */
  readonly known: ReadonlySet<string>;
}

/** A change with its place: in the stream of an installation's epoch or, where it was told anew, in time. */
interface Recorded extends RecordedChange {
  readonly epoch: string;
  readonly order: bigint | undefined;
  readonly at: string;
}

/**
 * The recorded changes of all aggregates of some kinds in one partition, in the order in which they were committed: the
 * table's stream keeps that order within a partition, and the relay does too. So what is read later begins with what was
 * read before, and whoever works something out from it comes to the same each time.
 *
 * Of each aggregate only what is known without a gap: behind a change that was lost nothing is read until the repairing sweep
 * has told the aggregate anew, and that then stands for all that it overtook: also for what turns up afterwards, which somebody
 * may have gone on without. So what is known stays in its place, and an event that is stood for is known as well.
 */
export async function readRecordedChanges(
  table: Table,
  pk: string,
  kinds: readonly string[],
): Promise<RecordedChanges> {
  const read = await readUpToOneMoment(table, pk, kinds);
  const anew = Map.groupBy(
    read.flatMap(({ toldAnew }) => toldAnew),
    aggregateIn,
  );
  const told = Map.groupBy(
    read.flatMap((one) => one.told),
    aggregateIn,
  );
  const aggregates = [...new Set([...told.keys(), ...anew.keys()])].sort();
  const changes = inOrder(aggregates.map((one) => withoutGaps(one, told.get(one) ?? [], anew.get(one) ?? [])));
  const last = new Map(changes.map(({ aggregate, version }) => [aggregate, version]));
  const isKnown = (item: HistoryItem) => item.version <= (last.get(aggregateIn(item)) ?? 0);
  const items = read.flatMap(({ told: first, toldAnew }) => [...first, ...toldAnew]);
  const ids = items.filter(isKnown).flatMap(({ events }) => events.map(({ id }) => id));
  return { changes, known: new Set(ids) };
}

/** The aggregate that an item of history belongs to: what stands between the item's kind and its epoch and version. */
function aggregateIn({ sk }: HistoryItem): string {
  return sk.slice(sk.indexOf('#') + 1, -'#0000000000#0000000000'.length);
}

type Reading = Awaited<ReturnType<typeof readRecorded>>;

/**
 * What was recorded up to one moment: of a second reading, what the first one could have seen. The kinds are read one beside
 * the other, so a single reading may have a change of one and not an earlier one of another that was written in between.
 */
async function readUpToOneMoment(table: Table, pk: string, kinds: readonly string[]): Promise<Reading[]> {
  const read = async () => await Promise.all(kinds.map(async (kind) => await readRecorded(table, pk, kind)));
  const first = await read();
  const seenAnew = new Set(first.flatMap(({ toldAnew }) => toldAnew.map(({ sk }) => sk)));
  const last = first
    .flatMap(({ told }) => told.map(placeOf))
    .reduce((one, other) => (isBefore(one, other) ? other : one), beginning);
  const second = await read();
  return second.map(({ told, toldAnew }) => ({
    told: told.filter((item) => !isBefore(last, placeOf(item))),
    toldAnew: toldAnew.filter(({ sk }) => seenAnew.has(sk)),
  }));
}

type Place = Pick<Recorded, 'epoch' | 'order' | 'at'>;
const beginning: Place = { epoch: '', order: undefined, at: '' };

function placeOf({ sk, order, publishedAt, events }: HistoryItem): Place {
  const epoch = sk.slice(-'0000000000#0000000000'.length, -'#0000000000'.length);
  const at = events[0]?.at ?? '';
  // What was told anew stands where it was told: what others did since the change itself may have been acted on already.
  return order === undefined ? { epoch, order, at: publishedAt ?? at } : { epoch, order: BigInt(order), at };
}

function withoutGaps(aggregate: string, told: readonly HistoryItem[], anew: readonly HistoryItem[]): Recorded[] {
  const byVersion = new Map(told.map((item) => [item.version, item]));
  const line: Recorded[] = [];
  let version = 0;
  for (;;) {
    const [own, other] = [byVersion.get(version + 1), anew.find((item) => item.version > version)];
    const next = isToldBefore(other, own) ? other : (own ?? other);
    if (next === undefined) return line;
    ({ version } = next);
    line.push({ aggregate, version, events: next.events, ...placeOf(next) });
  }
}

/** Whether what was told anew was told before what it stands for turned up. */
function isToldBefore(anew: HistoryItem | undefined, own: HistoryItem | undefined): boolean {
  return anew?.publishedAt !== undefined && own?.publishedAt !== undefined && anew.publishedAt < own.publishedAt;
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

/** After a restore the stream is another one, whose numbers say nothing of those before. */
function isBefore(one: Place, other: Place): boolean {
  if (one.epoch !== other.epoch) return one.epoch < other.epoch;
  if (one.order !== undefined && other.order !== undefined) return one.order < other.order;
  return one.at < other.at;
}
