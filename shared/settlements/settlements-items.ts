import { keys, shardOf } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table } from '../table/table.ts';
import { settlementPaymentSchema, type SettlementPayment } from './settlement-payment.ts';
import { settlementSchema, type Settlement } from './settlement.ts';

/** How many payments are read at once. */
const pageSize = 100;

/** The item of a settlement. */
export function settlementItem(settlement: Omit<Settlement, 'pk' | 'sk'>): Item & Pick<Settlement, 'request'> {
  const key = keys.settlement(settlement.id);
  return { ...settlement, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${settlement.id}` };
}

/** Reads a settlement as it is at this moment. */
export async function readSettlement(table: Table, id: string): Promise<Settlement | undefined> {
  return await table.get(keys.settlement(id), settlementSchema, { consistent: true });
}

const ofVersionBefore = (version: number): Condition => ({
  condition: 'version = :before',
  values: { ':before': version - 1 },
});

/** Writes what a settlement is from now on, if it still is of the version before. */
export async function replaceSettlement(table: Table, settlement: Settlement): Promise<boolean> {
  return await table.put(settlementItem(settlement), ofVersionBefore(settlement.version));
}

type Unkeyed = Omit<SettlementPayment, 'pk' | 'sk'>;

function paymentItem(payment: Unkeyed): Item {
  const key = keys.settlementPayment(payment.settlement, payment.number);
  return { ...payment, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: key.sk };
}

/** Puts a payment of a settlement that is being prepared; one that is there already stays as it is. */
export async function putPayment(table: Table, payment: Unkeyed): Promise<void> {
  await table.put(paymentItem(payment), absent);
}

/**
 * Writes what a payment is from now on, if it still is of the version before; and with it what its settlement is, both
 * or neither.
 */
export async function replacePayment(table: Table, payment: Unkeyed, settlement?: Settlement): Promise<boolean> {
  const [put, onlyIf] = [paymentItem(payment), ofVersionBefore(payment.version)];
  if (settlement === undefined) return await table.put(put, onlyIf);
  return await table.transact([
    { put: settlementItem(settlement), onlyIf: ofVersionBefore(settlement.version) },
    { put, onlyIf },
  ]);
}

/** Reads one payment of a settlement as it is at this moment. */
export async function readPayment(
  table: Table,
  settlement: string,
  number: number,
): Promise<SettlementPayment | undefined> {
  return await table.get(keys.settlementPayment(settlement, number), settlementPaymentSchema, { consistent: true });
}

/** All payments of a settlement as they are at this moment, by their numbers. */
export async function readPayments(table: Table, settlement: string): Promise<SettlementPayment[]> {
  const found: SettlementPayment[] = [];
  let page: readonly SettlementPayment[];
  do {
    const query = {
      ...keys.settlementPayments(settlement),
      after: found.at(-1)?.sk,
      limit: pageSize,
      consistent: true,
    };
    page = await table.query(query, settlementPaymentSchema);
    found.push(...page);
  } while (page.length === pageSize);
  return found;
}
