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

/** What is wrong with a reversal, by field; and which other reversals have to stand for it to be made. */
interface Considered {
  readonly objections: FieldError[];
  readonly whileStand: readonly string[];
}

/**
 * Whether a posting can be taken back so. Not for a day that has not come or is before that of the posting (`effectiveOn`), nor
 * but for what is no part of it or of one that itself takes something back (`remains`). A reversal is not taken back while what was put in the
 * place of what it reverses is owed (`posting`), and only while the other reversals in its story stand (`whileStand`), which is
 * for its transaction to check: of a posting and of all that came in its place only one is ever owed.
 *
 * Refuses with `request.busy` while what a reversal is of cannot be read.
 */
export async function considerReversal(
  table: Table,
  posting: Posting,
  { effectiveOn, remains }: Asked,
  today: string,
): Promise<Considered> {
  const behind = posting.reason === 'reversal' ? await findBehind(table, posting) : [];
  const isBack = takesBack([posting, ...behind]);
  const story = isBack ? await storyOf(table, firstOf(behind)) : noStory;
  const { owed } = story;
  const objections = [
    ['effectiveOn', objectionToDay(effectiveOn, posting, today)] as const,
    ['remains', remains === undefined ? undefined : objectionToPart(remains, posting, isBack)] as const,
    ['posting', owed === undefined ? undefined : `First take back what is owed in its place: ${owed}`] as const,
  ].flatMap(([field, message]) => (message === undefined ? [] : [{ field, message }]));
  return { objections, whileStand: story.reversals.filter((id) => id !== posting.id) };
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

/** What was posted by itself, behind a reversal. */
function firstOf(behind: readonly Posting[]): Posting {
  const first = behind.at(-1);
  if (first === undefined || first.reason === 'reversal' || inPlaceOf(first) !== undefined) {
    throw refusal('request.busy');
  }
  return first;
}

/** How it stands with a posting and all that came in its place: what is owed, and the reversals that were not taken back. */
interface Story {
  readonly owed: string | undefined;
  readonly reversals: readonly string[];
}
const noStory: Story = { owed: undefined, reversals: [] };

async function storyOf(table: Table, { cohort, id }: Pick<Posting, 'cohort' | 'id'>): Promise<Story> {
  const reversal = await readReversal(table, { cohort, id });
  if (reversal === undefined) return { owed: id, reversals: [] };
  const { remains, posting } = reversal;
  const left = remains === undefined ? noStory : await storyOf(table, { cohort, id: remains.posting });
  const again = await readReversal(table, { cohort, id: posting });
  const restored =
    again === undefined ? { ...noStory, reversals: [posting] } : await storyOf(table, { cohort, id: again.posting });
  return { owed: left.owed ?? restored.owed, reversals: [...left.reversals, ...restored.reversals] };
}
