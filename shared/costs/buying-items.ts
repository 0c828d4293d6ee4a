import { keys } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table } from '../table/table.ts';
import {
  approvalSchema,
  buyingRulesSchema,
  orderSchema,
  type Approval,
  type BuyingRules,
  type Order,
} from './buying-rules.ts';

/** A write of what is kept from now on, and what has to be there for it: the version before or, of the first, nothing. */
interface Replacement {
  readonly put: Item;
  readonly onlyIf: Condition;
}

/** Reads an organisation's rules for buying; undefined when it has set none. */
export async function readBuyingRules(
  table: Table,
  organisation: string,
  options: { consistent?: boolean } = {},
): Promise<BuyingRules | undefined> {
  return await table.get(keys.buyingRules(organisation), buyingRulesSchema, options);
}

/** Writes what the rules are from now on, if they are of the version before; the first, if there are none. */
export async function writeBuyingRules(table: Table, rules: Omit<BuyingRules, 'pk' | 'sk'>): Promise<boolean> {
  return await table.put({ ...rules, ...keys.buyingRules(rules.organisation) }, behind(rules.version));
}

/** Reads up to what amount an organisation may spend on a cohort; undefined when nothing was ever approved. */
export async function readApproval(table: Table, organisation: string, cohort: string): Promise<Approval | undefined> {
  return await table.get(keys.approval(organisation, cohort), approvalSchema, { consistent: true });
}

/** What an organisation has approved for cohorts, and what of it was taken back, behind a sort key. */
export async function readApprovals(
  table: Table,
  organisation: string,
  after: string | undefined,
  limit: number,
): Promise<Approval[]> {
  return await table.query({ ...keys.approvalsOf(organisation), after, limit, consistent: true }, approvalSchema);
}

/** The write of what is approved from now on, if that is of the version before; the first, if there is none. */
export function approvalReplaced(approval: Omit<Approval, 'pk' | 'sk'>): Replacement {
  const key = keys.approval(approval.organisation, approval.cohort);
  return { put: { ...approval, ...key }, onlyIf: behind(approval.version) };
}

/** Makes that write. */
export async function writeApproval(table: Table, approval: Omit<Approval, 'pk' | 'sk'>): Promise<boolean> {
  const { put, onlyIf } = approvalReplaced(approval);
  return await table.put(put, onlyIf);
}

/** Reads how an organisation orders its places on a cohort; undefined when it has never set that. */
export async function readOrder(table: Table, organisation: string, cohort: string): Promise<Order | undefined> {
  return await table.get(keys.order(organisation, cohort), orderSchema, { consistent: true });
}

/** How an organisation orders its places on cohorts, behind a sort key. */
export async function readOrders(
  table: Table,
  organisation: string,
  after: string | undefined,
  limit: number,
): Promise<Order[]> {
  return await table.query({ ...keys.ordersOf(organisation), after, limit, consistent: true }, orderSchema);
}

/** The write of how it orders from now on, if what is there is of the version before; the first, if there is none. */
export function orderReplaced(order: Omit<Order, 'pk' | 'sk'>): Replacement {
  const key = keys.order(order.organisation, order.cohort);
  return { put: { ...order, ...key }, onlyIf: behind(order.version) };
}

/** Makes that write. */
export async function writeOrder(table: Table, order: Omit<Order, 'pk' | 'sk'>): Promise<boolean> {
  const { put, onlyIf } = orderReplaced(order);
  return await table.put(put, onlyIf);
}

function behind(version: number): Condition {
  return version === 1 ? absent : { condition: 'version = :before', values: { ':before': version - 1 } };
}
