import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { paymentStatus, type SettlementPayment } from './settlement-payment.ts';
import { organisationsOf, partOf, settlementKind, shownStatus, shownStatusOf, type Settlement } from './settlement.ts';

const settlement = z.string().describe('The id of the settlement');
const ofOne = z.object({
  settlement,
  kind: settlementKind,
  netting: z.string().optional().describe('The netting agreement under which it is'),
  organisation: z.string().describe('Whose part this is'),
  pays: z.int().describe('What it is to pay, in pence (GBP)'),
  receives: z.int().describe('What it is to receive, in pence (GBP)'),
  payments: z.array(z.int()).describe('The numbers of those payments'),
});
const ofOneExample = {
  settlement: 'stl_0123456789ab',
  kind: 'netted' as const,
  netting: 'net_0123456789ab',
  organisation: 'org_0123456',
  pays: 608_334,
  receives: 0,
  payments: [1],
};
const ofPayment = z.object({
  settlement,
  payment: z.int().describe('The number of the payment within its settlement'),
  from: z.string().describe('Who pays'),
  to: z.string().describe('Who is paid'),
  pence: z.int().describe('Pence (GBP)'),
});
const dated = ofPayment.extend({ on: z.iso.date().describe('On which day') });
const arrived = dated.extend({
  arrivedOn: z.iso.date().optional().describe('On which day it arrived, where who is paid says so'),
});
const paymentExample = {
  settlement: 'stl_0123456789ab',
  payment: 1,
  from: 'org_0123456',
  to: 'org_6543210',
  pence: 608_334,
};
const toEach = 'Told to each organisation that it concerns, of its own part alone.';
const toBoth = 'Told to the two organisations, and to whoever has succeeded one of them.';
const common = { version: 1, readBy: 'get-settlement' } as const;

const proposed = defineEvent({
  ...common,
  type: 'settlement.proposed',
  summary: `Agreed statements are to be paid, each or netted. ${toEach}`,
  data: ofOne,
  example: ofOneExample,
});
const settled = defineEvent({
  ...common,
  type: 'settlement.settled',
  summary: 'All payments of a settlement are confirmed. Told to each organisation that it concerns.',
  data: z.object({ settlement }),
  example: { settlement: 'stl_0123456789ab' },
});
const withdrawn = defineEvent({
  ...common,
  type: 'settlement.withdrawn',
  summary:
    'A settlement is withdrawn before any payment of it was made: its statements may be settled otherwise. Told to each organisation that it concerns.',
  data: z.object({ settlement }),
  example: { settlement: 'stl_0123456789ab' },
});
const settlementRestated = defineEvent({
  ...common,
  type: 'settlement.restated',
  summary: `How a settlement stands, told anew because events were lost. ${toEach}`,
  data: ofOne.extend({ status: shownStatus }),
  example: { ...ofOneExample, status: 'open' as const },
});
const made = defineEvent({
  ...common,
  type: 'payment.made',
  summary: `Who pays says that a payment was made, or corrects the day or the reference. ${toBoth}`,
  data: dated,
  example: { ...paymentExample, on: '2027-11-01' },
});
const confirmed = defineEvent({
  ...common,
  type: 'payment.confirmed',
  summary: `Who is paid confirms a payment, whether or not who pays has noted it. ${toBoth}`,
  data: arrived,
  example: { ...paymentExample, on: '2027-11-03' },
});
const paymentRestated = defineEvent({
  ...common,
  type: 'payment.restated',
  summary: `How a payment stands, told anew because events were lost. ${toBoth}`,
  data: ofPayment.extend({ status: paymentStatus }),
  example: { ...paymentExample, status: 'made' as const },
});

export const settlementEvents = [proposed, settled, withdrawn, settlementRestated, made, confirmed, paymentRestated];

/** What happened to a settlement. While it is prepared nobody knows of it. */
export function eventsOfSettlement(_before: Settlement | undefined, after: Settlement): readonly Announcement[] {
  switch (after.change.type) {
    case 'proposed':
      return partsOf(after).map((part) => proposed.announce(part, [part.organisation], part.organisation));
    case 'settled':
      return [settled.announce({ settlement: after.id }, organisationsOf(after))];
    case 'withdrawn':
      return [withdrawn.announce({ settlement: after.id }, organisationsOf(after))];
    default:
      return [];
  }
}

/** How a settlement stands. */
export function restateSettlement(after: Settlement): readonly Announcement[] {
  const status = shownStatusOf(after);
  if (status === undefined) return [];
  return partsOf(after).map((part) =>
    settlementRestated.announce({ ...part, status }, [part.organisation], part.organisation),
  );
}

function partsOf(whole: Settlement) {
  const { id, kind, netting } = whole;
  return organisationsOf(whole).map((organisation) => ({
    settlement: id,
    kind,
    ...(netting !== undefined && { netting }),
    organisation,
    ...partOf(whole, organisation),
  }));
}

/** What happened to a payment. That there is one is told with its settlement. */
export function eventsOfPayment(_before: SettlementPayment | undefined, after: SettlementPayment) {
  const { madeOn, arrivedOn, confirmedOn, told, change } = after;
  if (change.type === 'made' && madeOn !== undefined) {
    return [made.announce({ ...factsOf(after), on: madeOn }, told)];
  }
  if (change.type === 'confirmed' && confirmedOn !== undefined) {
    const arrival = arrivedOn === undefined ? {} : { arrivedOn };
    return [confirmed.announce({ ...factsOf(after), on: confirmedOn, ...arrival }, told)];
  }
  return [];
}

/** How a payment stands; nobody is told of one whose settlement may not have come about, before anything happens to it. */
export function restatePayment(after: SettlementPayment): readonly Announcement[] {
  if (after.status === 'owed') return [];
  return [paymentRestated.announce({ ...factsOf(after), status: after.status }, after.told)];
}

function factsOf({ settlement: id, number, from, to, pence }: SettlementPayment) {
  return { settlement: id, payment: number, from, to, pence };
}
