import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { refusal, type AppError } from '../errors.ts';
import { readHeader, type Column } from './read-header.ts';

/** What is wrong with one line of a sheet, in words for the person who filled it in; without a column, with all of it. */
export interface Mistake {
  readonly column?: string;
  readonly message: string;
}

/** One line below the header: the line of the file in which it begins, and its cells by column; empty ones are left out. */
export interface SheetLine {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly mistakes: readonly Mistake[];
}

/** A sheet that has been read: its columns, as far as they are there, and its lines. */
export interface Sheet {
  readonly columns: readonly string[];
  readonly lines: readonly SheetLine[];
}

interface Bounds {
  readonly lines: number;
  /** Of one cell, in characters. */
  readonly cell: number;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

const recordSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

/** A mark in every text that was not UTF-8 to begin with, and what another encoding looks like when it is taken for it. */
const notUtf8 = /[\ufffd\0]/;

/**
 * Reads a sheet as spreadsheets write it (CSV): with or without a byte order mark, lines ended by CRLF, LF or CR, cells
 * parted by commas or semicolons, quoted where need be. Its columns go by the names in its first line, in any order, written
 * with or without capitals, spaces and hyphens. Cells are trimmed; lines and columns with nothing in them are passed over.
 *
 * Refusals: `sheet.unreadable`, with the line, for what is not UTF-8, a quotation mark in the wrong place, a column that is
 * unknown, missing or there twice, or no line at all; `request.too-large` for more lines than the bound. A line that has
 * another number of cells than the header, or a cell beyond the bound, is told as its mistake.
 */
export function readSheet(text: string, columns: readonly Column[], bounds: Bounds): Sheet {
  const plain = text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  const foreign = plain.search(notUtf8);
  if (foreign >= 0) throw unreadable(lineAt(plain, foreign), 'This is not UTF-8: save the sheet as "CSV UTF-8"');
  const [header, ...rows] = readRows(plain, bounds.lines + 2);
  if (header === undefined || rows.length === 0) {
    throw unreadable(header?.line ?? 1, 'There is a line for each entry below the names of the columns');
  }
  if (rows.length > bounds.lines) {
    throw refusal('request.too-large', `A sheet may have at most ${String(bounds.lines)} lines below its header`);
  }
  const headings = readHeader(header.cells, columns);
  if ('mistake' in headings) throw unreadable(header.line, headings.mistake);
  return { columns: headings.names, lines: rows.map((row) => readLine(row, headings.names, bounds.cell)) };
}

/** The refusal of a sheet that cannot be read as one, with the line in which that shows. */
function unreadable(line: number, message: string): AppError {
  return refusal('sheet.unreadable', `Line ${String(line)}: ${message}`, {
    fields: [{ field: `line ${String(line)}`, message }],
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function readRows(text: string, most: number): Row[] {
  const read = (to: number) =>
    recordSchema.parse(
      parse(text, {
        delimiter: delimiterOf(text),
        info: true,
        record_delimiter: '\n',
        relax_column_count: true,
        skip_empty_lines: true,
        // By the parser and not afterwards: what is passed over must not count towards `to`.
        skip_records_with_empty_values: true,
        trim: true,
        to,
      }),
    );
  try {
    return read(most).map(({ record, info }) => ({
      line: info.lines - breaksIn(record),
      cells: record.map((cell) => cell.trim()),
    }));
  } catch (error) {
    const { success, data } = brokenSchema.safeParse(error);
    if (!success) throw error;
    // A mark that is never closed swallows the rest of the file: what counts is where it was opened, behind the last good line.
    const before = data.records === 0 ? 0 : (read(data.records).at(-1)?.info.lines ?? 0);
    const line = data.code === 'CSV_QUOTE_NOT_CLOSED' ? before + 1 : data.lines;
    throw unreadable(line, quoting[data.code]);
  }
}

const quoting = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened at or after this line and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'Something stands behind a closing quotation mark; inside a cell it is written twice ("")',
  INVALID_OPENING_QUOTE: 'A quotation mark stands inside a cell that does not begin with one',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE:
    'Something stands behind a closing quotation mark; inside a cell it is written twice ("")',
} as const;
const brokenSchema = z.object({
  code: z.enum([
    'CSV_QUOTE_NOT_CLOSED',
    'CSV_INVALID_CLOSING_QUOTE',
    'INVALID_OPENING_QUOTE',
    'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE',
  ]),
  lines: z.number(),
  records: z.number(),
});

/** Which of the two parts the names of the columns; none of them has either in it. */
function delimiterOf(text: string): ',' | ';' {
  const [header = ''] = text.trimStart().split('\n', 1);
  return header.split(';').length > header.split(',').length ? ';' : ',';
}

function breaksIn(record: readonly string[]): number {
  return record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
}

function readLine({ line, cells }: Row, headings: readonly string[], mostCharacters: number): SheetLine {
  const mistakes: Mistake[] = [];
  const used = cells.findLastIndex((cell) => cell !== '') + 1;
  if (used > headings.length || cells.length < headings.length) {
    const counts = `${String(cells.length)} cells, and there are ${String(headings.length)} columns`;
    mistakes.push({ message: `This line has ${counts}; a cell with a comma in it is put in quotation marks` });
  }
  const byColumn: Record<string, string> = {};
  for (const [index, column] of headings.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    if (cell.length > mostCharacters) {
      mistakes.push({ column, message: `This has more than ${String(mostCharacters)} characters` });
    } else byColumn[column] = cell;
  }
  return { line, cells: byColumn, mistakes };
}
