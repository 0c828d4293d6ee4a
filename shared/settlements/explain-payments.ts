import { debtGraph, type ClearedDebt, type Debt, type DebtGraph } from './debt-graph.ts';
import { positionsOf, type Payment } from './payment.ts';

/**
 * A payment, by its number in the list, and the debts that lead from who pays to who is paid by it, or by the next
 * part's payment.
 */
interface Part {
  readonly payment: number | undefined;
  /** In the order of the way, each step of it by one statement or several. */
  readonly debts: readonly ClearedDebt[];
}

/**
 * So many pence that go round: everybody on the way owes the next so much, and all of that is cleared. Usually one
 * payment closes the ring: it goes from who owes first to who is owed last. Where there are several parts, each of
 * their payments goes to whom the part before leads: together they clear the debts of all parts. A part without a
 * payment is a ring of debts, set off against each other.
 */
export interface Flow {
  readonly pence: number;
  readonly parts: readonly Part[];
}

/** A step of a ring: a debt, from debtor to creditor, or a payment, from who is paid back to who pays. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly payment?: number;
}

/** How much a ring would rather go along so many debts more than by another payment. */
const debtsForAPayment = 1000;

/**
 * Explains every penny of payments by the debts that they clear, so that each debt is cleared completely, by payments
 * and by being set off, and each payment is explained in full. That can be done exactly when payments and debts leave
 * everybody in the same net position, since then debts there and payments back go round in rings, in which everybody
 * gives what they get; it throws otherwise.
 *
 * First payments clear what their payers owe their payees directly, then what leads from one to the other by two steps,
 * and so on. Then there may be payments whose payer owes somebody else than the payee: they clear that together with
 * the payment that the other gets instead, as few of them as can be. What is left are rings of debts, which are set
 * off. The same each time for the same payments and debts, whatever the order of the debts.
 */
export function explainPayments(payments: readonly Payment[], debts: readonly Debt[]): Flow[] {
  checkPositions(payments, debts);
  const graph = debtGraph(debts);
  const left = payments.map(({ pence }) => pence);
  return [...clearWays(payments, left, graph), ...clearTogether(payments, left, graph), ...setOff(graph)];
}

function checkPositions(payments: readonly Payment[], debts: readonly Debt[]): void {
  const all = positionsOf([...debts, ...payments.map(({ from, to, pence }) => ({ from: to, to: from, pence }))]);
  if ([...all.values()].some((pence) => pence !== 0)) throw new Error('The payments do not settle the debts');
}

/** Clears what leads from who pays to who is paid: the shortest ways of all payments first. */
function clearWays(payments: readonly Payment[], left: number[], graph: DebtGraph): Flow[] {
  const flows: Flow[] = [];
  const waiting = new Set(payments.keys());
  for (let steps = 1, longer = Infinity; waiting.size > 0; steps = longer, longer = Infinity) {
    for (const payment of waiting) {
      const { from, to } = payments[payment] ?? { from: '', to: '' };
      let way = graph.shortestWay(from, to);
      while (way !== undefined && way.length - 1 <= steps && (left[payment] ?? 0) > 0) {
        const pence = Math.min(left[payment] ?? 0, graph.owedAlong(way));
        flows.push({ pence, parts: [{ payment, debts: graph.clear(way, pence) }] });
        left[payment] = (left[payment] ?? 0) - pence;
        way = graph.shortestWay(from, to);
      }
      // Whom no way leads to now, none leads to later, since debts only become less.
      if (left[payment] === 0 || way === undefined) waiting.delete(payment);
      else longer = Math.min(longer, way.length - 1);
    }
  }
  return flows;
}

/** Clears, for each payment of which something is left, rings through it with as few other payments as can be. */
function clearTogether(payments: readonly Payment[], left: number[], graph: DebtGraph): Flow[] {
  const flows: Flow[] = [];
  const stepsFrom = (from: string): Step[] => [
    ...graph.owesTo(from).map((to) => ({ from, to })),
    ...payments.flatMap((other, payment) =>
      other.to === from && (left[payment] ?? 0) > 0 ? [{ from, to: other.from, payment }] : [],
    ),
  ];
  for (const [payment, { from, to }] of payments.entries()) {
    while ((left[payment] ?? 0) > 0) {
      const parts = partsOf([{ from: to, to: from, payment }, ...cheapestWay(from, to, stepsFrom)]);
      const pence = Math.min(...parts.map((part) => Math.min(left[part.payment] ?? 0, graph.owedAlong(part.way))));
      flows.push({
        pence,
        parts: parts.map((part) => ({ payment: part.payment, debts: graph.clear(part.way, pence) })),
      });
      for (const part of parts) left[part.payment] = (left[part.payment] ?? 0) - pence;
    }
  }
  return flows;
}

/** The way from one to another with the fewest payments, and among those the fewest debts. Throws when there is none. */
function cheapestWay(from: string, to: string, stepsFrom: (organisation: string) => readonly Step[]): Step[] {
  const cost = new Map([[from, 0]]);
  const reachedBy = new Map<string, Step>();
  const done = new Set<string>();
  for (let at: string | undefined = from; at !== undefined && at !== to; at = cheapest(cost, done)) {
    done.add(at);
    for (const step of stepsFrom(at)) {
      const total = (cost.get(at) ?? 0) + (step.payment === undefined ? 1 : debtsForAPayment);
      if (total >= (cost.get(step.to) ?? Infinity)) continue;
      cost.set(step.to, total);
      reachedBy.set(step.to, step);
    }
  }
  const way: Step[] = [];
  for (let at = to; at !== from; at = way[0]?.from ?? from) {
    const step = reachedBy.get(at);
    if (step === undefined) throw new Error('What goes in does not come out');
    way.unshift(step);
  }
  return way;
}

/** Who is reached for the least, of those who were not looked at yet. */
function cheapest(cost: ReadonlyMap<string, number>, done: ReadonlySet<string>): string | undefined {
  let best: [string, number] | undefined;
  for (const [organisation, total] of cost) {
    if (!done.has(organisation) && total < (best?.[1] ?? Infinity)) best = [organisation, total];
  }
  return best?.[0];
}

/** The payments of a ring, which begins with one, each with the way of debts that follows it. */
function partsOf(ring: readonly Step[]): { payment: number; way: string[] }[] {
  const parts: { payment: number; way: string[] }[] = [];
  for (const { payment, to } of ring) {
    if (payment === undefined) parts.at(-1)?.way.push(to);
    else parts.push({ payment, way: [to] });
  }
  return parts;
}

/** Sets off what is left, ring by ring. */
function setOff(graph: DebtGraph): Flow[] {
  const flows: Flow[] = [];
  for (const start of graph.organisations) {
    for (let way = ringFrom(start, graph); way !== undefined; way = ringFrom(start, graph)) {
      const pence = graph.owedAlong(way);
      flows.push({ pence, parts: [{ payment: undefined, debts: graph.clear(way, pence) }] });
    }
  }
  return flows;
}

/** The first ring of debts that is met on the way from an organisation. */
function ringFrom(start: string, graph: DebtGraph): string[] | undefined {
  const way = [start];
  for (;;) {
    const [next] = graph.owesTo(way.at(-1) ?? start);
    if (next === undefined) return undefined;
    const since = way.indexOf(next);
    way.push(next);
    if (since >= 0) return way.slice(since);
  }
}
