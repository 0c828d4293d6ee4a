import type { ListedStatement } from './statements-views.ts';

/** How long ago statements were due: not yet, or by how many days. */
type Age = 'notDue' | 'days1To30' | 'days31To60' | 'days61To90' | 'over90Days';

/** What is open by age, in pence, and all of it together. */
type Aged = Record<Age | 'total', number>;

const bounds: readonly (readonly [number, Age])[] = [
  [0, 'notDue'],
  [30, 'days1To30'],
  [60, 'days31To60'],
  [90, 'days61To90'],
];

/** The age on a day of what was due on another. */
export function ageOf(dueOn: string, today: string): Age {
  const days = Math.round((Date.parse(today) - Date.parse(dueOn)) / 86_400_000);
  return bounds.find(([most]) => days <= most)?.[1] ?? 'over90Days';
}

/** What is open between an organisation and each other by age, in the order of their ids, and what that comes to. */
export function ageingOf(open: readonly Pick<ListedStatement, 'counterparty' | 'dueOn' | 'gross'>[], today: string) {
  const counterparties = [...Map.groupBy(open, ({ counterparty }) => counterparty)]
    .map(([organisation, statements]) => ({ organisation, ...agedSum(statements, today) }))
    .sort((one, other) => (one.organisation < other.organisation ? -1 : 1));
  return { counterparties, all: agedSum(open, today) };
}

function agedSum(statements: readonly Pick<ListedStatement, 'dueOn' | 'gross'>[], today: string): Aged {
  const sums: Aged = { notDue: 0, days1To30: 0, days31To60: 0, days61To90: 0, over90Days: 0, total: 0 };
  for (const { dueOn, gross } of statements) {
    sums[ageOf(dueOn, today)] += gross;
    sums.total += gross;
  }
  return sums;
}
