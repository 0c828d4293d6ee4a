import { stringify } from 'csv-stringify/sync';

/**
 * Writes a sheet as spreadsheets open it without being asked anything: UTF-8 with a byte order mark, lines ended by CRLF,
 * a header. A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage
 * return) gets an apostrophe before it, which is how a spreadsheet writes down that something is text. Undefined is an empty cell.
 */
export function writeSheet<Name extends string>(
  columns: readonly Name[],
  rows: readonly Readonly<Partial<Record<Name, string | number>>>[],
): string {
  return stringify(
    rows.map((row) => columns.map((name) => row[name])),
    {
      bom: true,
      columns: [...columns],
      escape_formulas: true,
      header: true,
      // Of itself it quotes the whole line end only; a spreadsheet ends a line at either half of it.
      quoted_match: /[\r\n;]/,
      record_delimiter: 'windows',
    },
  );
}
