import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { periodsBetween } from './period.ts';
import type { Owed } from './posting.ts';
import { readOwedBy, readOwedTo } from './postings-items.ts';

/** The most other organisations of one period, on each side, that are read. */
const mostPartners = 500;
/** So many periods are read at the same time. */
const periodsAtOnce = 6;

/** An amount in pence (GBP), without and with VAT. */
interface Amount {
  readonly net: number;
  readonly gross: number;
}

/** What an organisation and another charged each other: what was posted, paid or not. */
export interface OwedBetween {
  readonly organisation: string;
  readonly chargedByUs: Amount;
  readonly chargedToUs: Amount;
}

/**
 * What an organisation charged each other one, and was charged by it, in the periods from one to another (both counted), in
 * the order of their ids. It is read from the sums that each posting raises: at most 500 organisations a period and side;
 * `incomplete` says that there were more. On the side of what it owes, a posting of the last second may be missing.
 */
export async function findOwed(
  table: Table,
  organisation: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<{ readonly owed: readonly OwedBetween[]; readonly incomplete: boolean }> {
  const read = await manyAtOnce(periodsBetween(from, to), periodsAtOnce, async (month) => {
    const [toUs, byUs] = await Promise.all([
      readOwedTo(table, organisation, month, mostPartners + 1),
      readOwedBy(table, organisation, month, mostPartners + 1),
    ]);
    return { toUs, byUs };
  });
  const toUs = read.flatMap((month) => month.toUs.slice(0, mostPartners));
  const byUs = read.flatMap((month) => month.byUs.slice(0, mostPartners));
  const others = new Set([...toUs.map(({ debtor }) => debtor), ...byUs.map(({ creditor }) => creditor)]);
  const owed = [...others].sort().map((other) => ({
    organisation: other,
    chargedByUs: sumOf(toUs.filter(({ debtor }) => debtor === other)),
    chargedToUs: sumOf(byUs.filter(({ creditor }) => creditor === other)),
  }));
  const incomplete = read.some((month) => Math.max(month.toUs.length, month.byUs.length) > mostPartners);
  return { owed, incomplete };
}

function sumOf(sums: readonly Owed[]): Amount {
  const net = sums.reduce((sum, one) => sum + one.net, 0);
  return { net, gross: sums.reduce((sum, one) => sum + one.vat, net) };
}
