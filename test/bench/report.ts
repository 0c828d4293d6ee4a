import type { BundleLine } from './bundles.ts';
import type { CapacityLine } from './capacity-line.ts';
import type { ImportLine } from './imports.ts';
import type { LostAcknowledgements } from './lost-acknowledgements.ts';
import type { NettingLine } from './netting.ts';
import type { PostingsLine } from './postings.ts';
import type { Quartiles } from './quartiles.ts';
import type { SpeedLine } from './speed.ts';

type Row = readonly string[];

/** A table in Markdown, its columns as wide as what is in them; all but the first are numbers. */
function tableOf(head: Row, rows: readonly Row[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: Row) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What each operation costs, and what that is made of. */
export function capacityTables(lines: readonly CapacityLine[]): string {
  const units = tableOf(
    ['operation', 'ledger, WCU', 'all in, WCU', 'RCU', 'RCU of the relay'],
    lines.map(({ operation, ledger, allIn, read, relayRead }) => [
      operation,
      ledger.toFixed(2),
      allIn.toFixed(2),
      read.toFixed(1),
      relayRead.toFixed(1),
    ]),
  );
  const kinds = ['ledger', 'history', 'feeds', 'views', 'due items'] as const;
  const parts = tableOf(
    ['write units of', ...kinds, 'idempotency', 'all in'],
    lines
      .filter(({ allIn }) => allIn > 0)
      .map(({ operation, parts: of, allIn }) => {
        const sums = Object.fromEntries(kinds.map((kind) => [kind, 0]));
        for (const [part, written] of Object.entries(of)) sums[kindOf(part)] = (sums[kindOf(part)] ?? 0) + written;
        return [operation, ...kinds.map((kind) => String(sums[kind])), '0', String(allIn)];
      }),
  );
  return `${units}\n\n${parts}`;
}

function kindOf(part: string): string {
  if (part.startsWith('view')) return 'views';
  if (part.startsWith('due')) return 'due items';
  return part === 'feed' ? 'feeds' : part;
}

/** What decisions cost on their ledgers while answers are lost. */
export function lostTable({ units, average, decisions, repeated }: LostAcknowledgements): string {
  const rows = Object.entries(units).map(([kind, each]) => [kind, String(decisions / 3), each.toFixed(3)]);
  return tableOf(
    ['decision', 'how many', 'WCU each'],
    [...rows, [`all, ${String(repeated)} of them written twice`, String(decisions), average.toFixed(3)]],
  );
}

/** How fast claims are beside raw requests of the SDK. */
export function speedTable(lines: readonly SpeedLine[]): string {
  const spread = ({ lower, median, upper }: Quartiles, digits: number) =>
    `${median.toFixed(digits)} (${lower.toFixed(digits)}–${upper.toFixed(digits)})`;
  return tableOf(
    ['median (quartiles)', 'in flight', 'a second', 'of raw PutItem', 'of raw UpdateItem'],
    lines.map(({ contestant, inFlight, rate, ofPut, ofUpdate }) => [
      contestant,
      String(inFlight),
      spread(rate, 0),
      spread(ofPut, 2),
      spread(ofUpdate, 2),
    ]),
  );
}

/** How long an import takes, and what it costs a line. */
export function importTable(lines: readonly ImportLine[]): string {
  return tableOf(
    ['import of people', 'lines', 'seconds', 'WCU a line, people', 'WCU, the import itself', 'RCU a line'],
    lines.map(({ what, lines: count, seconds, people, progress, read }) => [
      what,
      String(count),
      seconds.toFixed(1),
      (people / count).toFixed(2),
      String(progress),
      (read / count).toFixed(2),
    ]),
  );
}

/** How long netting takes, and how near it comes to the fewest payments that are possible. */
export function nettingTable(lines: readonly NettingLine[]): string {
  return tableOf(
    [
      'netting, medians',
      'debts',
      'each up to, pence',
      'ms, payments',
      'ms, what they clear',
      'payments',
      'at least',
      'gap, worst',
    ],
    lines.map(({ organisations, debts, most, plan, explain, payments, atLeast, gap }) => [
      `${String(organisations)} organisations`,
      String(debts),
      String(most),
      plan.median.toFixed(0),
      explain.median.toFixed(1),
      String(payments.median),
      String(atLeast.median),
      String(gap),
    ]),
  );
}

/** What reading postings, statements and plans costs, whatever else is in the table. */
export function postingsTable(lines: readonly PostingsLine[]): string {
  const sizes = [...new Set(lines.map(({ postings }) => postings))];
  const groups = Map.groupBy(lines, ({ what, lines: own }) => `${what}, ${String(own)} lines`);
  const counted = (size: number) => size.toLocaleString('en-GB');
  return tableOf(
    [
      'reading, by postings in the table',
      ...sizes.map((size) => `RCU, ${counted(size)}`),
      ...sizes.map((size) => `ms, ${counted(size)}`),
    ],
    [...groups].map(([what, of]) => [
      what,
      ...of.map(({ read }) => read.toFixed(1)),
      ...of.map(({ milliseconds }) => milliseconds.toFixed(0)),
    ]),
  );
}

/** The size of each bundle and how long it takes to load. */
export function bundleTable(lines: readonly BundleLine[]): string {
  return tableOf(
    ['entry', 'KB', 'KB compressed', 'ms, median', 'ms, fastest', 'of the bare document client'],
    lines.map(({ entry, size, compressed, median, fastest, ratio }) => [
      entry,
      size.toFixed(0),
      compressed.toFixed(0),
      median.toFixed(1),
      fastest.toFixed(1),
      ratio.toFixed(2),
    ]),
  );
}
