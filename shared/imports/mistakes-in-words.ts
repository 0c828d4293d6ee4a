import type * as z from 'zod';
import type { Mistake } from '../sheets/read-sheet.ts';

type Issue = z.core.$ZodIssue;

/**
 * What a schema found wrong with the entry of a line, in words for who filled in the sheet. The first part of an issue's
 * path names the column; of each column only what was found first is told. `ownWords` are a sheet's own, where it has them.
 */
export function mistakesInWords(
  issues: readonly Issue[],
  cells: Readonly<Record<string, unknown>>,
  ownWords: (issue: Issue) => string | undefined = () => undefined,
): Mistake[] {
  const mistakes = issues.map((issue): Mistake => {
    const [column] = issue.path;
    if (typeof column !== 'string') return { message: issue.message };
    return { column, message: cells[column] === undefined ? 'This is missing' : (ownWords(issue) ?? inWords(issue)) };
  });
  return mistakes.filter(({ column }, index) => mistakes.findIndex((one) => one.column === column) === index);
}

function inWords(issue: Issue): string {
  const { code } = issue;
  if (code === 'invalid_type' && issue.expected === 'boolean') return 'Write yes or no';
  if (code === 'invalid_type' && issue.expected === 'number') return 'Write a whole number';
  if (code === 'invalid_value') return `This has to be one of: ${issue.values.map(String).join(', ')}`;
  if (code === 'too_big') return `At most ${String(issue.maximum)}${unitOf(issue.origin)}`;
  if (code === 'too_small') return `At least ${String(issue.minimum)}${unitOf(issue.origin)}`;
  if (code === 'invalid_format' && issue.format === 'email') return 'This is not an e-mail address';
  return issue.message;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' of them' : '';
}
