import type { Change } from '../change.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Table, TransactionWrite } from '../table/table.ts';
import { adjustmentOf } from './adjustment.ts';
import { periodsUnchanged, postingsMade, readPosting, stepOf } from './postings-items.ts';
import type { NewPosting, Periods, Posting } from './posting.ts';
import { reversalOf, type Reversal } from './reversal.ts';
import { notReversed, readReversal, reversalMade } from './reversals-items.ts';

/** A posting that its creditor takes back, for which day and why, and how much of it stays owed (net, pence), if anything does. */
export interface WantedReversal {
  readonly posting: Posting;
  readonly effectiveOn: string;
  readonly because: Reversal['because'];
  readonly words?: string | undefined;
  readonly remains?: number | undefined;
  /** The ids of reversals that have to stand for this one to be made. */
  readonly whileStand: readonly string[];
}

/** A reversal as it is noted, and the postings that it makes: the opposite and, where something stays owed, an adjustment. */
interface MadeReversal {
  readonly note: Omit<Reversal, 'pk' | 'sk'>;
  readonly postings: readonly NewPosting[];
  readonly step: number;
}

/**
 * The reversals of postings to one creditor, and the writes that make them, for the transaction of what causes them: two for each
 * posting, three where something of it stays owed, one for each period into which they are posted, one for each reversal
 * that has to stand, and one more. The whole is refused when one of the postings is reversed already, or what has to stand, or when the creditor has closed another period since `periods` were
 * read. `told` are those who hear of it: the two organisations, and who acts for them. Reads the cohorts of what stays owed.
 */
export async function reversalWrites(
  table: Table,
  creditor: string,
  wanted: readonly WantedReversal[],
  how: { readonly periods: Periods | undefined; readonly change: Change; readonly told: readonly string[] },
): Promise<{ readonly reversals: readonly MadeReversal[]; readonly writes: readonly TransactionWrite[] }> {
  const parts = wanted.filter(({ remains }) => remains !== undefined);
  const cohorts = await findCohorts(
    table,
    parts.map(({ posting }) => posting.cohort),
  );
  const reversals = wanted.map((one) => madeOf(one, how, cohorts.get(one.posting.cohort)?.firstDay));
  const steps = new Map(reversals.flatMap(({ postings, step }) => postings.map(({ id }) => [id, step] as const)));
  const made = reversals.flatMap(({ postings }) => postings);
  const postings = postingsMade(made, ({ id }) => steps.get(id) ?? 0);
  const notes = reversals.map(({ note }) => reversalMade(note));
  const standing = wanted.flatMap(({ posting: { cohort }, whileStand }) =>
    whileStand.map((id) => notReversed({ cohort, id })),
  );
  return { reversals, writes: [periodsUnchanged(creditor, how.periods), ...postings, ...notes, ...standing] };
}

function madeOf(
  { posting, effectiveOn, because, words, remains: left }: WantedReversal,
  { periods, change, told }: Parameters<typeof reversalWrites>[3],
  firstDay: string = posting.effectiveOn,
): MadeReversal {
  const reversal = reversalOf(posting, { effectiveOn, because, at: change.at }, periods?.through);
  const adjustment = left === undefined ? undefined : adjustmentOf(posting, reversal, { net: left, firstDay });
  const { cohort, creditor, debtor, treatment } = posting;
  const { net, vat, period } = reversal;
  const remains = adjustment && { posting: adjustment.id, net: adjustment.net, vat: adjustment.vat };
  const ids = { reverses: posting.id, posting: reversal.id, cohort, creditor, debtor };
  const amounts = { net, vat, treatment, effectiveOn, period, remains };
  return {
    note: { ...ids, ...amounts, because, words, told: [...told], version: 1, change },
    postings: [reversal, ...(adjustment === undefined ? [] : [adjustment])],
    step: stepOf(posting),
  };
}

/** A posting by its parties, its period and its id, and how it was reversed; undefined when there is no such posting. */
export async function findReversible(
  table: Table,
  named: Pick<Posting, 'creditor' | 'debtor' | 'period' | 'id'>,
): Promise<{ readonly posting: Posting; readonly reversal: Reversal | undefined } | undefined> {
  const posting = await readPosting(table, named);
  if (posting === undefined) return undefined;
  return { posting, reversal: await readReversal(table, posting) };
}
