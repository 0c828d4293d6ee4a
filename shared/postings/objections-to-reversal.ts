import { refusal, type FieldError } from '../errors.ts';
import type { Table } from '../table/table.ts';
import { inPlaceOf, objectionToRemaining } from './adjustment.ts';
import { findBehind } from './find-behind.ts';
import type { Posting } from './posting.ts';
import { readReversal } from './reversals-items.ts';

/** How a posting is to be taken back: for which day (ISO date), and how much of it stays owed, if anything does. */
interface Asked {
  readonly effectiveOn: string;
  readonly remains?: number | undefined;
}

/**
 * What is wrong with taking a posting back so, by field: the day has not come or is before that of the posting; what is to remain
 * is no part of the posting, or of one that itself takes back something. A reversal is not taken back (`posting`) while
 * what was put in the place of what it reverses is owed: of a posting and of all that came in its place only one is ever owed.
 *
 * Refuses with `request.busy` while what a reversal is of cannot be read.
 */
export async function objectionsToReversal(
  table: Table,
  posting: Posting,
  { effectiveOn, remains }: Asked,
  today: string,
): Promise<FieldError[]> {
  const behind = posting.reason === 'reversal' ? await findBehind(table, posting) : [];
  const isBack = takesBack([posting, ...behind]);
  const owed = isBack ? await owedInPlace(table, behind) : undefined;
  return [
    ['effectiveOn', objectionToDay(effectiveOn, posting, today)] as const,
    ['remains', remains === undefined ? undefined : objectionToPart(remains, posting, isBack)] as const,
    ['posting', owed === undefined ? undefined : `First take back what is owed in its place: ${owed}`] as const,
  ].flatMap(([field, message]) => (message === undefined ? [] : [{ field, message }]));
}

function objectionToDay(effectiveOn: string, posting: Pick<Posting, 'effectiveOn'>, today: string) {
  if (effectiveOn > today) return 'This day has not come';
  if (effectiveOn >= posting.effectiveOn) return undefined;
  return `The posting counts from ${posting.effectiveOn} on: not before that`;
}

function objectionToPart(remains: number, posting: Posting, isBack: boolean): string | undefined {
  if (isBack)
    return 'What takes something back is itself taken back as a whole; what is then owed again may be in part';
  return objectionToRemaining(remains, posting);
}

/** Whether a posting takes something back: a reversal of what is owed does, the reversal of that makes it owed again. */
function takesBack(chain: readonly Posting[]): boolean {
  const reversals = chain.findIndex(({ reason }) => reason !== 'reversal');
  if (reversals === -1) throw refusal('request.busy');
  return reversals % 2 === 1;
}

/** Which posting is owed at this moment of all that came in the place of the last of these, itself among them. */
async function owedInPlace(table: Table, behind: readonly Posting[]): Promise<string | undefined> {
  const first = behind.at(-1);
  if (first === undefined || first.reason === 'reversal' || inPlaceOf(first) !== undefined) {
    throw refusal('request.busy');
  }
  return await owedOf(table, first);
}

async function owedOf(table: Table, { cohort, id }: Pick<Posting, 'cohort' | 'id'>): Promise<string | undefined> {
  const reversal = await readReversal(table, { cohort, id });
  if (reversal === undefined) return id;
  const { remains, posting } = reversal;
  const left = remains === undefined ? undefined : await owedOf(table, { cohort, id: remains.posting });
  if (left !== undefined) return left;
  const again = await readReversal(table, { cohort, id: posting });
  return again === undefined ? undefined : await owedOf(table, { cohort, id: again.posting });
}
