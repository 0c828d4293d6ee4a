import { debtGraph, type ClearedDebt, type Debt, type DebtGraph } from './debt-graph.ts';
import { inTextOrder, positionsOf, type Payment } from './payment.ts';

/**
 * Of a payment, so many pence, and the debts that they clear: from who pays, along what each owes the next, to who is paid. Each
 * step of the way is cleared by exactly `pence`, by one statement or several.
 */
interface Clearing {
  readonly pence: number;
  readonly debts: readonly ClearedDebt[];
  /**
   * Where the way does not end at who is paid: the number of the payment, in the list, by which whoever it ends at is paid
   * instead. Such payments lead to one another in a ring.
   */
  readonly insteadBy?: number;
}

/** Debts in a ring that are set off against each other, so many pence each, without any payment. */
interface SetOff {
  readonly pence: number;
  readonly debts: readonly ClearedDebt[];
}

/** What each payment of a list clears, in the order of the list, and what needs no payment. */
export interface Explanation {
  readonly payments: readonly (readonly Clearing[])[];
  readonly setOff: readonly SetOff[];
}

/** A step of a ring: a debt, from debtor to creditor, or a payment, from who is paid back to who pays. */
interface Step {
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
export function explainPayments(payments: readonly Payment[], debts: readonly Debt[]): Explanation {
  checkPositions(payments, debts);
  const graph = debtGraph(debts);
  const left = payments.map(({ pence }) => pence);
  const clearings: Clearing[][] = payments.map(() => []);
  for (const mostSteps of [1, Number.POSITIVE_INFINITY]) {
    for (const [index, { from, to }] of payments.entries()) {
      for (;;) {
        const way = graph.shortestWay(from, to, mostSteps);
        const pence = Math.min(left[index] ?? 0, way === undefined ? 0 : graph.owedAlong(way));
        if (way === undefined || pence === 0) break;
        clearings[index]?.push({ pence, debts: graph.clear(way, pence) });
        left[index] = (left[index] ?? 0) - pence;
      }
    }
  }
  return { payments: clearings, setOff: clearRings(payments, left, graph, clearings) };
}

function checkPositions(payments: readonly Payment[], debts: readonly Debt[]): void {
  const all = positionsOf([...debts, ...payments.map(({ from, to, pence }) => ({ from: to, to: from, pence }))]);
  if ([...all.values()].some((pence) => pence !== 0)) throw new Error('The payments do not settle the debts');
}

/** Clears what is left, ring by ring; gives the rings in which there is no payment. */
function clearRings(
  payments: readonly Payment[],
  left: number[],
  graph: DebtGraph,
  clearings: readonly Clearing[][],
): SetOff[] {
  const setOff: SetOff[] = [];
  /** The next step from an organisation: back along a payment, else along a debt. */
  const stepFrom = (organisation: string): Step | undefined => {
    const payment = payments.findIndex(({ to }, index) => to === organisation && (left[index] ?? 0) > 0);
    const to = payments[payment]?.from ?? graph.owesNext(organisation);
    return to === undefined ? undefined : { to, ...(payment >= 0 && { payment }) };
  };
  const starts = new Set([...graph.organisations, ...payments.map(({ to }) => to)]);
  for (const start of [...starts].sort(inTextOrder)) {
    for (let ring = ringFrom(start, stepFrom); ring !== undefined; ring = ringFrom(start, stepFrom)) {
      const parts = partsOf(ring);
      const pence = Math.min(
        ...parts.map(({ payment, way }) => Math.min(left[payment ?? -1] ?? Infinity, graph.owedAlong(way))),
      );
      for (const [index, { payment, way }] of parts.entries()) {
        const debts = graph.clear(way, pence);
        if (payment === undefined) {
          setOff.push({ pence, debts });
          continue;
        }
        const next = parts[(index + 1) % parts.length]?.payment;
        left[payment] = (left[payment] ?? 0) - pence;
        clearings[payment]?.push({ pence, debts, ...(next !== payment && { insteadBy: next }) });
      }
    }
  }
  return setOff;
}

/** The first ring that is met on the way from an organisation: who is passed, and by which step each is left. */
function ringFrom(start: string, stepFrom: (organisation: string) => Step | undefined): RingStep[] | undefined {
  const met = new Map<string, number>();
  const way: RingStep[] = [];
  for (let at = start; ;) {
    const since = met.get(at);
    if (since !== undefined) return way.slice(since);
    const step = stepFrom(at);
    if (step === undefined) return undefined;
    met.set(at, way.length);
    way.push({ from: at, ...step });
    at = step.to;
  }
}

interface RingStep extends Step {
  readonly from: string;
}

/** The payments of a ring, each with the way of debts that follows it; a ring without payments is one part. */
function partsOf(ring: readonly RingStep[]): { payment: number | undefined; way: string[] }[] {
  const first = ring.findIndex(({ payment }) => payment !== undefined);
  if (first === -1) return [{ payment: undefined, way: [...ring.map(({ from }) => from), ring[0]?.from ?? ''] }];
  const parts: { payment: number | undefined; way: string[] }[] = [];
  for (const { payment, to } of [...ring.slice(first), ...ring.slice(0, first)]) {
    if (payment === undefined) parts.at(-1)?.way.push(to);
    else parts.push({ payment, way: [to] });
  }
  return parts;
}
