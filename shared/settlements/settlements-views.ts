import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { dueItem } from '../deadlines/deadlines-views.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { SettlementPayment } from './settlement-payment.ts';
import {
  isBinding,
  organisationsOf,
  partOf,
  settlementKind,
  shownStatus,
  shownStatusOf,
  type Settlement,
} from './settlement.ts';

/**
 * How long after something was begun it is looked whether it was done, in milliseconds: whoever began it may still be
 * at it.
 */
const patience = 2 * 60_000;

const listedSettlementSchema = z.object({
  sk: z.string(),
  kind: settlementKind,
  netting: z.string().optional(),
  proposedOn: z.iso.date(),
  pays: z.int(),
  receives: z.int(),
  status: shownStatus,
});
export type ListedSettlement = z.infer<typeof listedSettlementSchema>;

/**
 * Once it is open, a settlement stands in the list of each organisation that it concerns. Whoever prepares one, gives
 * back what it had taken, or notes its first payment, may be cut off: then it is gone on with.
 */
export function viewsOfSettlement(_before: Settlement | undefined, after: Settlement): readonly ViewWrite[] {
  const { id, kind, netting, proposedOn, version, change } = after;
  const aggregate = keys.settlement(id);
  const due = new Date(Date.parse(change.at) + patience);
  const goingOn = () => dueItem({ aggregate, kind: 'continue-settlement', subject: after.status }, due, version);
  const status = shownStatusOf(after);
  if (status === undefined) return [goingOn()];
  const lines = organisationsOf(after).map((organisation): ViewWrite => {
    const { pays, receives } = partOf(after, organisation);
    const set = { kind, proposedOn, pays, receives, status, ...(netting !== undefined && { netting }) };
    return { key: keys.organisationSettlement(organisation, proposedOn, id), guard: 'v', version, set };
  });
  const hasMore = status === 'withdrawn' || (status === 'open' && isBinding(after));
  return hasMore ? [...lines, goingOn()] : lines;
}

/** What a confirmed payment clears is to be noted as settled, should whoever confirms it be cut off. */
export function viewsOfPayment(_before: SettlementPayment | undefined, after: SettlementPayment): readonly ViewWrite[] {
  const { settlement, number, status, version, change } = after;
  if (status !== 'confirmed') return [];
  const due = new Date(Date.parse(change.at) + patience);
  const aggregate = keys.settlementPayment(settlement, number);
  return [dueItem({ aggregate, kind: 'settle-payment', subject: String(number) }, due, version)];
}

/** The settlements that concern an organisation, by the day on which they were proposed. */
export function settlementsSource(table: Table, organisation: string): Source<ListedSettlement> {
  return async (after, limit) =>
    await table.query({ ...keys.organisationSettlements(organisation), after, limit }, listedSettlementSchema);
}

/** The id of the settlement that a line is about. */
export function settlementOfLine({ sk }: { readonly sk: string }): string {
  return sk.slice(sk.lastIndexOf('#') + 1);
}

/** Where a list of settlements goes on after a cursor. */
export function settlementsAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^SETTLEMENT#\d{4}-\d{2}-\d{2}#stl_[0-9a-z]{12}$/);
}
