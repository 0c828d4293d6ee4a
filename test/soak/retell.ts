import type { Envelope } from '../../shared/events/envelope.ts';
import type { Violations } from './violations.ts';

/** What one change of a cohort announced, as its history keeps it. */
export interface ToldChange {
  readonly version: number;
  readonly events: readonly Envelope[];
}

/**
 * Follows every place of one cohort through what was announced, version by version and without the ledger: nobody may be
 * confirmed before another who was told to wait earlier, nor more of them than there are places, and each place is
 * claimed once and goes once. Where the host fixed an order, that says who waited before whom.
 */
export function retell(
  cohort: string,
  changes: readonly ToldChange[],
  violations: Violations,
  order: readonly number[] = [],
): void {
  const ranks = new Map(order.map((ticket, rank) => [ticket, rank]));
  const rankOf = (ticket: number) => ranks.get(ticket) ?? order.length + ticket;
  const waiting = new Set<number>();
  const confirmed = new Set<number>();
  const claimed = new Set<number>();
  let capacity = 0;
  for (const { version, events } of changes) {
    const where = `${cohort} ${String(version)}`;
    const ticketsOf = (...types: readonly string[]) =>
      events.flatMap(({ type, data }) => (types.includes(type) ? ticketsIn(data) : []));
    for (const { data } of events) if (typeof data['capacity'] === 'number') capacity = data['capacity'];
    for (const ticket of ticketsOf('place.given-back', 'place.lapsed', 'place.released')) {
      const stood = waiting.delete(ticket) || confirmed.delete(ticket);
      if (!stood) violations.add('given-back-twice', where, String(ticket));
    }
    for (const ticket of ticketsOf('place.claimed', 'place.held')) {
      if (claimed.has(ticket)) violations.add('duplicate-ticket', where, `${String(ticket)} was claimed twice`);
      claimed.add(ticket);
    }
    const promoted = ticketsOf('place.confirmed');
    const queued = ticketsOf('place.waiting');
    for (const ticket of promoted) {
      waiting.delete(ticket);
      confirmed.add(ticket);
    }
    const first = Math.min(...[...waiting, ...queued].map(rankOf));
    for (const ticket of promoted) {
      if (rankOf(ticket) > first)
        violations.add('unfair-promotion', where, `${String(ticket)} before ${String(first)}`);
    }
    for (const ticket of queued) waiting.add(ticket);
    if (confirmed.size > capacity) violations.add('oversold', where, 'by what was announced');
  }
}

function ticketsIn({ tickets }: Readonly<Record<string, unknown>>): number[] {
  return Array.isArray(tickets) ? tickets.filter((ticket) => typeof ticket === 'number') : [];
}
