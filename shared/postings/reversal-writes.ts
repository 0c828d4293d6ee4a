import type { Change } from '../change.ts';
import type { Table, TransactionWrite } from '../table/table.ts';
import { periodsUnchanged, postingsMade, readPosting, stepOf } from './postings-items.ts';
import type { NewPosting, Periods, Posting } from './posting.ts';
import { reversalOf, type Reversal } from './reversal.ts';
import { readReversal, reversalMade } from './reversals-items.ts';

/** A posting that its creditor takes back, for which day, and why. */
export interface WantedReversal {
  readonly posting: Posting;
  readonly effectiveOn: string;
  readonly because: Reversal['because'];
  readonly words?: string | undefined;
}

/**
 * The reversals of postings to one creditor, and the writes that make them, for the transaction of what causes them: two for each
 * posting, one for each period into which they are posted, and one more. The whole is refused when one of the postings is
 * reversed already, or when the creditor has closed another period since `periods` were read. `told` are
 * those who hear of it: the two organisations, and who acts for them.
 */
export function reversalWrites(
  creditor: string,
  wanted: readonly WantedReversal[],
  how: { readonly periods: Periods | undefined; readonly change: Change; readonly told: readonly string[] },
): { readonly reversals: readonly NewPosting[]; readonly writes: readonly TransactionWrite[] } {
  const { periods, change } = how;
  const told = [...how.told];
  const made = wanted.map(({ posting, ...decided }) => ({
    posting,
    decided,
    reversal: reversalOf(posting, { ...decided, at: change.at }, periods?.through),
  }));
  const steps = new Map(made.map(({ posting, reversal }) => [reversal.id, stepOf(posting)]));
  const notes = made.map(({ posting, decided, reversal }) => {
    const { net, vat, period } = reversal;
    const { cohort, debtor, treatment } = posting;
    const amounts = { net, vat, treatment, effectiveOn: decided.effectiveOn, period };
    const ids = { reverses: posting.id, posting: reversal.id, cohort, creditor, debtor };
    const { because, words } = decided;
    return reversalMade({ ...ids, ...amounts, because, words, told, version: 1, change });
  });
  const reversals = made.map(({ reversal }) => reversal);
  const postings = postingsMade(reversals, ({ id }) => steps.get(id) ?? 0);
  return { reversals, writes: [periodsUnchanged(creditor, periods), ...postings, ...notes] };
}

/** What is wrong with the day (ISO date) for which a posting is to be reversed; undefined when nothing is. */
export function objectionToDay(effectiveOn: string, posting: Pick<Posting, 'effectiveOn'>, today: string) {
  if (effectiveOn > today) return 'This day has not come';
  if (effectiveOn >= posting.effectiveOn) return undefined;
  return `The posting counts from ${posting.effectiveOn} on: not before that`;
}

/** A posting by its parties, its period and its id, and the id of what reverses it; undefined when there is no such posting. */
export async function findReversible(
  table: Table,
  named: Pick<Posting, 'creditor' | 'debtor' | 'period' | 'id'>,
): Promise<{ readonly posting: Posting; readonly reversedBy: string | undefined } | undefined> {
  const posting = await readPosting(table, named);
  if (posting === undefined) return undefined;
  return { posting, reversedBy: (await readReversal(table, posting))?.posting };
}
