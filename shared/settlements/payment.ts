/** What one organisation pays another, in pence above nought. */
export interface Payment {
  readonly from: string;
  readonly to: string;
  readonly pence: number;
}

/** How an organisation stands when all it is owed and owes is added up: below nought it is to pay so many pence. */
export interface Position {
  readonly organisation: string;
  readonly pence: number;
}

/** Whether one organisation owes another something directly: then it is rather paid by it than by somebody else. */
export type Owes = (debtor: string, creditor: string) => boolean;

/** The order of texts, the same on every machine. */
export function inTextOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** What each organisation is owed (above nought) or owes (below) when payments, or debts likewise, are added up. */
export function positionsOf(payments: Iterable<Payment>): Map<string, number> {
  const positions = new Map<string, number>();
  const add = (organisation: string, pence: number) =>
    positions.set(organisation, (positions.get(organisation) ?? 0) + pence);
  for (const { from, to, pence } of payments) {
    add(from, -pence);
    add(to, pence);
  }
  return positions;
}
