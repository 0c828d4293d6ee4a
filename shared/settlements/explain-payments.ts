import { debtGraph, type ClearedDebt, type Debt, type DebtGraph } from './debt-graph.ts';
import { inTextOrder, positionsOf, type Payment } from './payment.ts';

/** A payment, by its number in the list, and the debts that lead from who pays to who is paid by it, or by the next part's payment. */
interface Part {
  readonly payment: number | undefined;
  /** In the order of the way, each step of it by one statement or several. */
  readonly debts: readonly ClearedDebt[];
}

/**
 * So many pence that go round: everybody on the way owes the next so much, and all of that is cleared. Usually one payment
 * closes the ring: it goes from who owes first to who is owed last. Where there are several parts, each of their payments goes to whom
 * the part before leads: together they clear the debts of all parts. A part without a payment is a ring of debts, set off against each other.
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

/**
 * Explains every penny of payments by the debts that they clear, so that each debt is cleared completely, by payments and by being set off, and each
 * payment is explained in full. That can be done exactly when payments and debts leave everybody in the same net
 * position, since then debts there and payments back go round in rings, in which everybody gives what they get; it throws otherwise.
 *
 * First a payment clears what its payer owes its payee directly, then what leads from one to the other by the fewest
 * steps. Then there may be payments whose payer owes somebody else than the payee: they clear that debt together with the payment that
 * the other gets instead. What is left are rings of debts, which are set off. The same each time for the same payments and debts, whatever the
 * order of the debts.
 */
export function explainPayments(payments: readonly Payment[], debts: readonly Debt[]): Flow[] {
  checkPositions(payments, debts);
  const graph = debtGraph(debts);
  const left = payments.map(({ pence }) => pence);
  const flows: Flow[] = [];
  for (const mostSteps of [1, Number.POSITIVE_INFINITY]) {
    for (const [payment, { from, to }] of payments.entries()) {
      for (;;) {
        const way = graph.shortestWay(from, to, mostSteps);
        const pence = Math.min(left[payment] ?? 0, way === undefined ? 0 : graph.owedAlong(way));
        if (way === undefined || pence === 0) break;
        flows.push({ pence, parts: [{ payment, debts: graph.clear(way, pence) }] });
        left[payment] = (left[payment] ?? 0) - pence;
      }
    }
  }
  return [...flows, ...clearRings(payments, left, graph)];
}

function checkPositions(payments: readonly Payment[], debts: readonly Debt[]): void {
  const all = positionsOf([...debts, ...payments.map(({ from, to, pence }) => ({ from: to, to: from, pence }))]);
  if ([...all.values()].some((pence) => pence !== 0)) throw new Error('The payments do not settle the debts');
}

/** Clears what is left, ring by ring. */
function clearRings(payments: readonly Payment[], left: number[], graph: DebtGraph): Flow[] {
  const flows: Flow[] = [];
  /** The next step from an organisation: back along a payment, else along a debt. */
  const stepFrom = (from: string): Step | undefined => {
    const payment = payments.findIndex(({ to }, index) => to === from && (left[index] ?? 0) > 0);
    const to = payments[payment]?.from ?? graph.owesNext(from);
    return to === undefined ? undefined : { from, to, ...(payment >= 0 && { payment }) };
  };
  const starts = new Set([...graph.organisations, ...payments.map(({ to }) => to)]);
  for (const start of [...starts].sort(inTextOrder)) {
    for (let ring = ringFrom(start, stepFrom); ring !== undefined; ring = ringFrom(start, stepFrom)) {
      const parts = partsOf(ring);
      const pence = Math.min(
        ...parts.map(({ payment, way }) => Math.min(left[payment ?? -1] ?? Infinity, graph.owedAlong(way))),
      );
      for (const { payment } of parts) if (payment !== undefined) left[payment] = (left[payment] ?? 0) - pence;
      flows.push({
        pence,
        parts: parts.map(({ payment, way }) => ({ payment, debts: graph.clear(way, pence) })),
      });
    }
  }
  return flows;
}

/** The first ring that is met on the way from an organisation. */
function ringFrom(start: string, stepFrom: (organisation: string) => Step | undefined): Step[] | undefined {
  const met = new Map<string, number>();
  const way: Step[] = [];
  for (let at = start; ;) {
    const since = met.get(at);
    if (since !== undefined) return way.slice(since);
    const step = stepFrom(at);
    if (step === undefined) return undefined;
    met.set(at, way.length);
    way.push(step);
    at = step.to;
  }
}

/** The payments of a ring, each with the way of debts that follows it; a ring without payments is one part. */
function partsOf(ring: readonly Step[]): { payment: number | undefined; way: string[] }[] {
  const first = ring.findIndex(({ payment }) => payment !== undefined);
  if (first === -1) return [{ payment: undefined, way: [...ring.map(({ from }) => from), ring[0]?.from ?? ''] }];
  const parts: { payment: number | undefined; way: string[] }[] = [];
  for (const { payment, to } of [...ring.slice(first), ...ring.slice(0, first)]) {
    if (payment === undefined) parts.at(-1)?.way.push(to);
    else parts.push({ payment, way: [to] });
  }
  return parts;
}
