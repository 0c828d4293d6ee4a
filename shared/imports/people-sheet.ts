import * as z from 'zod';
import { personDetails } from '../people/person.ts';
import type { ListedPerson } from '../people/record-people.ts';
import { readSheet, type SheetLine } from '../sheets/read-sheet.ts';
import { mistakesInWords } from './mistakes-in-words.ts';
import type { EntryLine } from './run-import.ts';

const details = z.strictObject(personDetails);
const optional = ['managerReference', 'accessNeeds'] as const;
const columns = Object.keys(personDetails).map((name) => ({
  name,
  required: !optional.some((column) => column === name),
}));

/** How what people write in a cell becomes what the schema of a person asks for. */
const readings: Readonly<Record<string, (cell: string) => unknown>> = {
  managesPeople: readYesOrNo,
  leadsCommissioning: readYesOrNo,
  staffGroup: (cell) => cell.toLowerCase().replaceAll(/\s+/g, '-'),
  band: (cell) =>
    cell
      .toLowerCase()
      .replace(/^band\s+/, '')
      .replaceAll(/\s+/g, '-'),
};

const yesOrNo = new Map([
  ...['yes', 'y', 'true'].map((word) => [word, true] as const),
  ...['no', 'n', 'false'].map((word) => [word, false] as const),
]);

function readYesOrNo(cell: string): unknown {
  return yesOrNo.get(cell.toLowerCase()) ?? cell;
}

/**
 * Reads a sheet of people: what is on record about each (shared/people/person.ts), a column each. The columns of what need
 * not be there may be left out: then that stays as it is on record; an empty cell of a column that is there takes it away.
 * Two lines with one reference are both wrong.
 *
 * Refusals: those of `readSheet`, for at most so many lines.
 */
export function readPeopleSheet(file: string, mostLines: number): EntryLine<ListedPerson>[] {
  const sheet = readSheet(file, columns, { lines: mostLines, cell: 1000 });
  const kept = optional.filter((column) => !sheet.columns.includes(column));
  const lines = sheet.lines.map((line) => ({ ...readPerson(line, kept), reference: referenceIn(line) }));
  const byReference = Map.groupBy(lines, ({ reference }) => reference);
  return lines.map(({ reference, ...line }) => {
    const others = reference === undefined ? [] : (byReference.get(reference) ?? []);
    const twin = others.find((other) => other.line !== line.line);
    if (twin === undefined) return line;
    const message = `Line ${String(twin.line)} has the same reference`;
    return { line: line.line, mistakes: [...line.mistakes, { column: 'reference', message }] };
  });
}

/** The reference in a line, as it would be kept; undefined where there is none. */
function referenceIn({ cells }: SheetLine): string | undefined {
  return personDetails.reference.safeParse(cells['reference']).data;
}

function readPerson({ line, cells, mistakes }: SheetLine, kept: ListedPerson['kept']): EntryLine<ListedPerson> {
  if (mistakes.length > 0) return { line, mistakes };
  const read = Object.entries(cells).map(([column, cell]) => [column, readings[column]?.(cell) ?? cell] as const);
  const given = Object.fromEntries(read);
  const parsed = details.safeParse(given);
  if (!parsed.success) return { line, mistakes: mistakesInWords(parsed.error.issues, given) };
  return { line, mistakes: [], entry: { details: parsed.data, kept } };
}
