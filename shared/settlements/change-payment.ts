import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { SettlementPayment } from './settlement-payment.ts';
import { readPayment, replacePayment } from './settlements-items.ts';

/** How often a change is tried again that another has overtaken. */
const attempts = 3;

/**
 * Takes a payment further by one conditional write, and answers it as it is now; as it was, when `next` says that there
 * is nothing to change. Refuses with `request.busy` when others came first each time.
 */
export async function changePayment(
  context: Context,
  found: SettlementPayment,
  type: 'made' | 'confirmed',
  next: (payment: SettlementPayment) => Partial<SettlementPayment> | undefined,
): Promise<SettlementPayment> {
  let payment: SettlementPayment | undefined = found;
  for (let attempt = 0; attempt < attempts && payment !== undefined; attempt += 1) {
    const changed = next(payment);
    if (changed === undefined) return payment;
    const changing = { ...payment, ...changed, version: payment.version + 1, change: changeNow(context, type) };
    if (await replacePayment(context.table, changing)) return changing;
    payment = await readPayment(context.table, found.settlement, found.number);
  }
  throw refusal('request.busy');
}
