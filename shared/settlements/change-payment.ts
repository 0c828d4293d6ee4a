import { changeNow } from '../change.ts';
import { dayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { patiently } from '../table/many-at-once.ts';
import type { FoundPayment } from './find-payment.ts';
import type { SettlementPayment } from './settlement-payment.ts';
import type { Settlement } from './settlement.ts';
import { readPayment, readSettlement, replacePayment } from './settlements-items.ts';

/** How often a change is tried again that another has overtaken: several may well make the first payment at once. */
const attempts = 4;

/**
 * Takes a payment further by one conditional write, and answers it as it is now; as it was, when `next` says that there
 * is nothing to change. The first one of a settlement is written together with the settlement, which cannot be withdrawn
 * from then on: so no payment is made of what was withdrawn. Refuses with `settlement.withdrawn`, and with `request.busy`
 * when others came first each time.
 */
export async function changePayment(
  context: Context,
  found: FoundPayment,
  type: 'made' | 'confirmed',
  next: (payment: SettlementPayment) => Partial<SettlementPayment> | undefined,
): Promise<SettlementPayment> {
  const { table } = context;
  let settlement: Settlement | undefined = found.settlement;
  let payment: SettlementPayment | undefined = found.payment;
  for (let attempt = 0; attempt < attempts && payment !== undefined && settlement !== undefined; attempt += 1) {
    if (settlement.status === 'withdrawn') throw refusal('settlement.withdrawn');
    const changed = next(payment);
    if (changed === undefined) return payment;
    const changing = { ...payment, ...changed, version: payment.version + 1, change: changeNow(context, type) };
    const together = settlement.isBeingPaid === true ? undefined : beingPaid(context, settlement);
    if (await patiently(async () => await replacePayment(table, changing, together))) return changing;
    settlement = await readSettlement(table, found.settlement.id);
    payment = await readPayment(table, found.settlement.id, found.payment.number);
  }
  throw refusal('request.busy');
}

function beingPaid(context: Context, settlement: Settlement): Settlement {
  const change = changeNow(context, 'being-paid');
  return { ...settlement, isBeingPaid: true, version: settlement.version + 1, change };
}

/** Refuses with `request.invalid` a day (Europe/London) that has not come yet. */
export function requirePast({ clock }: Context, on: string): void {
  if (on <= dayOf(clock.now())) return;
  throw refusal('request.invalid', undefined, { fields: [{ field: 'on', message: 'This day has not come yet' }] });
}
