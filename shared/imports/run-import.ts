import { requestDigest } from '../change.ts';
import { epochSeconds } from '../clock.ts';
import { actorId, type Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { actingOrganisation, idempotencyKeyOf } from '../operation.ts';
import type { Mistake } from '../sheets/read-sheet.ts';
import { importAnswer } from './import-answer.ts';
import { outcomes, type Counts, type Import, type ImportAnswer, type LineOutcome, type WrongLine } from './import.ts';
import { makeImport, putReport, saveProgress } from './imports-items.ts';
import type { TakenList } from './taken-list.ts';

/** A line of the file with the entry that it makes, or with what is wrong about it. */
export interface EntryLine<Entry> {
  readonly line: number;
  readonly mistakes: readonly Mistake[];
  /** Undefined where something is wrong. */
  readonly entry?: Entry;
}

/** What became of an entry: as it was wanted, or, as only the table could tell, what is wrong with it after all. */
type EntryOutcome = Exclude<LineOutcome, 'wrong'> | readonly Mistake[];

/** One kind of import: which operation does it, and what it does with the entries of a step. */
export interface ImportKind<Entry> {
  readonly kind: Import['kind'];
  readonly operation: 'import-people' | 'import-cohorts';
  /** What `record` would answer, without doing anything. */
  readonly compare: (entries: readonly Entry[], list: TakenList) => Promise<readonly EntryOutcome[]>;
  /** Does it, safe to be done again; `list` is the import. Answers in order. */
  readonly record: (entries: readonly Entry[], list: TakenList) => Promise<readonly EntryOutcome[]>;
}

interface ImportRequest {
  readonly file: string;
  readonly mode: Import['mode'];
  readonly check: 'true' | 'false';
}

/** How many lines are done before it is written down that they are. */
const stepLines = 250;
/** No step is begun this long after the first: Lambda would end the request, at 29 seconds, without a word. */
const longestMilliseconds = 20_000;
/** How long an import and its report are kept. */
const keptSeconds = 30 * 86_400;

/**
 * Runs an import, or goes on with it: a request that is repeated with its Idempotency-Key does what is left, and once
 * nothing is left only says what was done. It is written down after each 250 lines how far it has come. When it takes too
 * long it stops in good time and answers `running`.
 *
 * All or nothing: all lines are looked at first, and one that is wrong refuses the whole. What turns out to be wrong only
 * while it is being done, because somebody else was quicker, is told as wrong, and the rest is done.
 *
 * Refusals: `request.key-reused`, and those of `record`; what was done before stays, and is not done again.
 */
export async function runImport<Entry>(
  context: Context,
  { file, mode, check }: ImportRequest,
  kind: ImportKind<Entry>,
  lines: readonly EntryLine<Entry>[],
): Promise<ImportAnswer> {
  const begun = context.clock.now().getTime();
  const request = requestDigest(context, kind.operation, { file, mode, check });
  let now = await makeImport(context.table, {
    id: idOfRequest('imp', actorId(context.actor), kind.operation, idempotencyKeyOf(context)),
    organisation: actingOrganisation(context),
    kind: kind.kind,
    mode,
    check: check === 'true',
    status: 'running',
    total: lines.length,
    done: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    wrong: 0,
    startedAt: new Date(begun).toISOString(),
    request,
    expires: epochSeconds(new Date(begun)) + keptSeconds,
  });
  if (now.request !== request) throw refusal('request.key-reused');
  if (now.status === 'running' && now.done === 0 && mode === 'all-or-nothing' && check === 'false') {
    now = await refuseWrong(context, now, kind, lines);
  }
  while (now.status === 'running' && context.clock.now().getTime() - begun < longestMilliseconds) {
    now = await doStep(context, now, kind, lines);
  }
  return await importAnswer(context.table, now);
}

/** Does the next lines, and writes down what became of them. */
async function doStep<Entry>(
  context: Context,
  before: Import,
  kind: ImportKind<Entry>,
  lines: readonly EntryLine<Entry>[],
): Promise<Import> {
  const step = lines.slice(before.done, before.done + stepLines);
  const judged = await judge(step, async (entries) =>
    before.check ? await kind.compare(entries, before) : await kind.record(entries, before),
  );
  await putReport(context.table, before, judged.wrong);
  const counts = countsAfter(before, step.length, judged);
  const ended = before.check ? 'checked' : 'done';
  return await saveProgress(context.table, before, {
    ...counts,
    status: counts.done < before.total ? 'running' : ended,
  });
}

/** Looks at all lines, and ends the import when one is wrong; otherwise leaves it as it is. */
async function refuseWrong<Entry>(
  context: Context,
  before: Import,
  kind: ImportKind<Entry>,
  lines: readonly EntryLine<Entry>[],
): Promise<Import> {
  const compare = async (entries: readonly Entry[]) => await kind.compare(entries, before);
  const steps = [];
  for (let start = 0; start < lines.length; start += stepLines) {
    steps.push(await judge(lines.slice(start, start + stepLines), compare));
  }
  const wrong = steps.flatMap((step) => step.wrong);
  if (wrong.length === 0) return before;
  for (const step of steps) await putReport(context.table, before, step.wrong);
  const counts = { added: 0, changed: 0, unchanged: 0, wrong: wrong.length, done: before.total };
  return await saveProgress(context.table, before, { ...counts, status: 'refused' });
}

interface Judged {
  readonly wrong: readonly WrongLine[];
  readonly outcomes: readonly LineOutcome[];
}

/** What becomes of lines: those that are wrong by themselves, and the others as is found out about their entries. */
async function judge<Entry>(
  lines: readonly EntryLine<Entry>[],
  find: (entries: readonly Entry[]) => Promise<readonly EntryOutcome[]>,
): Promise<Judged> {
  const good = lines.flatMap(({ line, entry }) => (entry === undefined ? [] : [{ line, entry }]));
  const found = good.length === 0 ? [] : await find(good.map(({ entry }) => entry));
  const byLine = new Map(good.map(({ line }, index) => [line, found[index]]));
  const judged = lines.map(({ line, mistakes }) => ({ line, outcome: byLine.get(line) ?? mistakes }));
  return {
    wrong: judged.flatMap(({ line, outcome }) =>
      typeof outcome === 'string' ? [] : [{ line, mistakes: [...outcome] }],
    ),
    outcomes: judged.map(({ outcome }) => (typeof outcome === 'string' ? outcome : 'wrong')),
  };
}

function countsAfter(before: Counts, lines: number, judged: Judged): Counts {
  const count = (outcome: LineOutcome) => before[outcome] + judged.outcomes.filter((one) => one === outcome).length;
  const [added, changed, unchanged, wrong] = outcomes.map(count);
  return {
    done: before.done + lines,
    added: added ?? 0,
    changed: changed ?? 0,
    unchanged: unchanged ?? 0,
    wrong: wrong ?? 0,
  };
}
