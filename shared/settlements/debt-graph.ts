import { inTextOrder, type Payment } from './payment.ts';

/** What one organisation owes another by a statement, in pence above nought (by a credit note, the creditor owes). */
export interface Debt extends Payment {
  readonly statement: string;
}

/** Of a debt, so many pence that are cleared. */
export type ClearedDebt = Debt;

/** All that one organisation still owes another, the statements in their order. */
interface Edge {
  readonly to: string;
  left: number;
  readonly debts: { readonly statement: string; left: number }[];
}

/** Who still owes whom how much; a way is the organisations on it, one after the other. */
export interface DebtGraph {
  /** Who owed somebody something, by id. */
  readonly organisations: readonly string[];
  /** The way of the fewest steps along what is still owed; undefined when there is none. */
  shortestWay(from: string, to: string): string[] | undefined;
  /** Whom an organisation still owes something, by id. */
  owesTo(organisation: string): string[];
  /** The least that is still owed between any two on a way that follow one another; endless when there are no two. */
  owedAlong(way: readonly string[]): number;
  /** Clears so many pence between any two on a way that follow one another. Throws when less is owed. */
  clear(way: readonly string[], pence: number): ClearedDebt[];
}

/** What is owed, ready to be cleared part by part. The same for the same debts in any order. */
export function debtGraph(debts: readonly Debt[]): DebtGraph {
  const edges = edgesOf(debts);
  const owing = (organisation: string) =>
    edges
      .get(organisation)
      ?.values()
      .filter(({ left }) => left > 0) ?? [];
  const edgesAlong = (way: readonly string[]) =>
    way.slice(1).map((to, index) => ({ from: way[index] ?? '', edge: edges.get(way[index] ?? '')?.get(to) }));
  return {
    organisations: [...edges.keys()].sort(inTextOrder),
    shortestWay: (from, to) => shortestWay(from, to, owing),
    owesTo: (organisation) => [...owing(organisation)].map(({ to }) => to),
    owedAlong: (way) => Math.min(Infinity, ...edgesAlong(way).map(({ edge }) => edge?.left ?? 0)),
    clear: (way, pence) => edgesAlong(way).flatMap(({ from, edge }) => clearEdge(from, edge, pence)),
  };
}

function edgesOf(debts: readonly Debt[]): Map<string, Map<string, Edge>> {
  const edges = new Map<string, Map<string, Edge>>();
  const inOrder = [...debts].sort(
    (one, other) => inTextOrder(one.to, other.to) || inTextOrder(one.statement, other.statement),
  );
  for (const { from, to, pence, statement } of inOrder) {
    const own = edges.get(from) ?? new Map<string, Edge>();
    const edge = own.get(to) ?? { to, left: 0, debts: [] };
    edge.left += pence;
    edge.debts.push({ statement, left: pence });
    edges.set(from, own.set(to, edge));
  }
  return edges;
}

function shortestWay(from: string, to: string, owing: (organisation: string) => Iterable<Edge>): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  let reached = [from];
  while (reached.length > 0 && !cameFrom.has(to)) {
    const next: string[] = [];
    for (const organisation of reached) {
      for (const edge of owing(organisation)) {
        if (cameFrom.has(edge.to)) continue;
        cameFrom.set(edge.to, organisation);
        next.push(edge.to);
      }
    }
    reached = next;
  }
  if (!cameFrom.has(to)) return undefined;
  const way: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

/** Clears so many pence of what one owes another, statement by statement. */
function clearEdge(from: string, edge: Edge | undefined, pence: number): ClearedDebt[] {
  if (edge === undefined || edge.left < pence) throw new Error('More would be cleared than is owed');
  edge.left -= pence;
  const cleared: ClearedDebt[] = [];
  for (let left = pence; left > 0;) {
    const debt = edge.debts[0];
    if (debt === undefined) throw new Error('More would be cleared than is owed');
    const part = Math.min(left, debt.left);
    cleared.push({ statement: debt.statement, from, to: edge.to, pence: part });
    left -= part;
    debt.left -= part;
    if (debt.left === 0) edge.debts.shift();
  }
  return cleared;
}
