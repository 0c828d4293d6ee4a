import type { Charge } from '../support/capacity-meter.ts';
import type { MeasuredTable } from './measured-table.ts';

/** What one operation costs: what it does itself, and what the relay does for it afterwards. Units of DynamoDB. */
export interface CapacityLine {
  readonly operation: string;
  /** Read units of the operation itself. */
  readonly read: number;
  /** Write units on the ledger. */
  readonly ledger: number;
  /** Write units of all that follows from it, the ledger too, by the kind of item. */
  readonly parts: Readonly<Record<string, number>>;
  /** The sum of those. */
  readonly allIn: number;
  /** Read units of the relay: whether a change has been published already. */
  readonly relayRead: number;
}

/** What was done, and what followed from it, as a line of the tables. */
export function lineOf(
  operation: string,
  { asked, followed }: Awaited<ReturnType<MeasuredTable['measure']>>,
): CapacityLine {
  const all = [...asked, ...followed];
  const written = Map.groupBy(
    all.filter(({ write }) => write > 0),
    ({ part }) => part,
  );
  return {
    operation,
    read: sumOf(asked, 'read'),
    ledger: sumOf(written.get('ledger') ?? [], 'write'),
    parts: Object.fromEntries([...written].map(([part, charges]) => [part, sumOf(charges, 'write')])),
    allIn: sumOf(all, 'write'),
    relayRead: sumOf(followed, 'read'),
  };
}

function sumOf(charges: readonly Charge[], kind: 'write' | 'read'): number {
  return charges.reduce((sum, charge) => sum + charge[kind], 0);
}
