import type { LedgerFacts, Report } from './check-ledger.ts';
import { heldIn, type Image } from './images.ts';

/**
 * Checks how the claims on an allocated cohort are collected and put in order: the line behind those that count alike is
 * drawn once, at the closing date; the host fixes the order once, of all that came in time and nothing else.
 */
export function checkAllocation(facts: LedgerFacts, was: Image, is: Image, report: Report): void {
  const { type, by, at } = is.change;
  const isCollected = is.lateFrom !== was.lateFrom;
  if (isCollected || type === 'claims-collected') {
    const isClosed = was.collecting !== undefined && was.collecting * 1000 <= Date.parse(at);
    const isRight = type === 'claims-collected' && was.lateFrom === undefined && is.lateFrom === was.next && isClosed;
    if (!isRight) report('allocated-wrongly', `${String(was.lateFrom)}, then ${String(is.lateFrom)} by ${type}`);
  }
  const isAllocated = type === 'places-allocated';
  if (String(is.order) !== String(was.order) && (was.order !== undefined || !isAllocated))
    report('reordered', `${String(was.order)}, then ${String(is.order)} by ${type}`);
  if (is.collecting !== was.collecting && !isAllocated) report('allocated-wrongly', `no more collecting by ${type}`);
  if (!isAllocated) return;
  if (was.order !== undefined) report('reordered', 'the order was fixed before');
  if (facts.organisationOf(by) !== facts.host) report('allocated-wrongly', `by ${by}`);
  checkOrder(is, report);
}

/** Everything that came in time stands in the order once, and nothing that is reserved or came late. */
function checkOrder(is: Image, report: Report): void {
  const { order = [], lateFrom = 0, collecting } = is;
  const listed = new Set(order);
  const reserved = new Set(heldIn(is).flatMap((place) => (place.reserved ? [place.ticket] : [])));
  const wrong = order.filter((ticket) => ticket >= lateFrom || reserved.has(ticket));
  const missing = heldIn(is).filter((place) => !place.reserved && place.ticket < lateFrom && !listed.has(place.ticket));
  if (collecting !== undefined || listed.size < order.length || wrong.length > 0 || missing.length > 0)
    report('allocated-wrongly', `${String(order)}, late from ${String(lateFrom)}`);
}
