import * as z from 'zod';
import { instantOf } from '../clock.ts';
import { cohortDetails } from '../cohorts/cohort.ts';
import type { ListedCohort } from '../cohorts/record-cohorts.ts';
import type { FieldError } from '../errors.ts';
import { programmeId } from '../programmes/programme.ts';
import { readSheet, type Mistake, type SheetLine } from '../sheets/read-sheet.ts';
import { mistakesInWords } from './mistakes-in-words.ts';
import type { EntryLine } from './run-import.ts';

const { name, sessions, capacity, waitlist, limit, opensAt } = cohortDetails;
const details = z.strictObject({ programme: programmeId, name, sessions, capacity, waitlist, limit, opensAt });
const columns = Object.keys(details.shape).map((column) => ({ name: column, required: true }));

/** How what people write in a cell becomes what the schema of a cohort asks for. */
const readings: Readonly<Record<string, (cell: string) => unknown>> = {
  sessions: readSessions,
  capacity: readNumber,
  waitlist: readNumber,
  limit: readNumber,
  opensAt: readInstant,
};

function readNumber(cell: string): unknown {
  return /^\d{1,6}$/.test(cell) ? Number(cell) : cell;
}

const sessionPattern = /^(\d{4}-\d{2}-\d{2})\s+(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})(?:\s+(.+))?$/;

/** Sessions are parted by semicolons or lines; what is not written as one is told by its number. */
function readSessions(cell: string): unknown {
  const parts = cell
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.map((part) => {
    const [, day, from = '', to = '', venue] = sessionPattern.exec(part) ?? [];
    if (day === undefined) return part;
    const session = { day, from: from.padStart(5, '0'), to: to.padStart(5, '0') };
    return venue === undefined ? session : { ...session, venue };
  });
}

/** How a day and a time in London are written: as here, or as British spreadsheets make of it. */
const localPatterns = [
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})\s+(?<time>\d{1,2}:\d{2})$/,
  /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})\s+(?<time>\d{1,2}:\d{2})(?::00)?$/,
];
const localSchema = z.object({ date: z.iso.date(), time: z.iso.time({ precision: -1 }) });

/** An instant in UTC as it is, or one of a day and a time in London. */
function readInstant(cell: string): unknown {
  for (const pattern of localPatterns) {
    const { year = '', month = '', day = '', time = '' } = pattern.exec(cell)?.groups ?? {};
    const { data } = localSchema.safeParse({ date: `${year}-${month}-${day}`, time: time.padStart(5, '0') });
    if (data !== undefined) return instantOf(data.date, data.time).toISOString();
  }
  return cell;
}

/** What is wrong with an instant, or with the parts of a session, which a schema calls by other names. */
function ownWords({ path: [column, index, part], code, message }: z.core.$ZodIssue): string | undefined {
  if (column === 'opensAt') return 'Write a day and a time in London, such as 2027-03-01 09:00';
  if (column !== 'sessions' || typeof index !== 'number') return undefined;
  const session = `Session ${String(index + 1)}`;
  if (part === 'venue') return `${session}: The venue has at most 200 characters`;
  if (part === 'day') return `${session}: ${code === 'custom' ? message : 'There is no such day'}`;
  if (part === 'from' || part === 'to') return `${session}: There is no such time of day`;
  return `${session}: Write it as 2027-09-14 09:30-16:30 and the venue`;
}

/**
 * Reads a sheet of cohorts: the programme and what its host decides about each, a column each. Sessions stand in one cell,
 * as `2027-09-14 09:30-16:30 King George Hospital; 2027-09-21 09:30-16:30`. Two lines with one programme and one name are
 * both wrong.
 *
 * Refusals: those of `readSheet`, for at most so many lines.
 */
export function readCohortsSheet(file: string, mostLines: number): EntryLine<ListedCohort>[] {
  const { lines } = readSheet(file, columns, { lines: mostLines, cell: 10_000 });
  const nameIn = ({ cells }: SheetLine) => JSON.stringify([cells['programme'], cells['name']]);
  const byName = Map.groupBy(lines, nameIn);
  return lines.map((line) => {
    const read = readCohort(line);
    const twin = byName.get(nameIn(line))?.find((other) => other !== line);
    if (twin === undefined || line.cells['name'] === undefined) return read;
    const message = `Line ${String(twin.line)} has the same programme and name`;
    return { line: line.line, mistakes: [...read.mistakes, { column: 'name', message }] };
  });
}

function readCohort({ line, cells, mistakes }: SheetLine): EntryLine<ListedCohort> {
  if (mistakes.length > 0) return { line, mistakes };
  const read = Object.entries(cells).map(([column, cell]) => [column, readings[column]?.(cell) ?? cell] as const);
  const given = Object.fromEntries(read);
  const parsed = details.safeParse(given);
  if (!parsed.success) return { line, mistakes: mistakesInWords(parsed.error.issues, given, ownWords) };
  const { programme, ...plan } = parsed.data;
  return { line, mistakes: [], entry: { programme, plan } };
}

/** The most mistakes that are told of one plan: those of a whole step are one item of the table. */
const mostMistakes = 5;

/**
 * What is in the way of a plan, told by the column of the sheet where it has one. Five mistakes at most: of more than that,
 * the first four and how many there are besides.
 */
export function planMistakes(errors: readonly FieldError[]): Mistake[] {
  if (errors.length <= mostMistakes) return errors.map(planMistake);
  const told = errors.slice(0, mostMistakes - 1);
  return [...told.map(planMistake), { message: `And ${String(errors.length - told.length)} more mistakes` }];
}

function planMistake({ field, message }: FieldError): Mistake {
  const [column = '', index] = field.split('.');
  if (!Object.hasOwn(details.shape, column)) return { message: `${message} (${field})` };
  if (column !== 'sessions' || index === undefined) return { column, message };
  return { column, message: `Session ${String(Number(index) + 1)}: ${message}` };
}
