import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { writeSheet } from '../../../shared/sheets/write-sheet.ts';

const columns = ['ticket', 'organisation'] as const;
const dangerous = ['=', '+', '-', '@', '\t', '\r', '\uff1d', '\uff0b', '\uff0d', '\uff20'];

/** What any reader finds: the cells of the lines below the header. */
const cellsIn = (text: string) =>
  z.array(z.array(z.string())).parse(parse(text, { bom: true, record_delimiter: '\r\n', from: 2 }));

describe('a sheet that is written', () => {
  test('begins with a byte order mark and a header, and ends each line as spreadsheets do', () => {
    const rows = [
      { ticket: 1, organisation: 'Barts Health' },
      { ticket: undefined, organisation: 'Smith, Jones & "Co"' },
    ];
    expect(writeSheet(columns, rows)).toBe(
      '\ufeffticket,organisation\r\n1,Barts Health\r\n,"Smith, Jones & ""Co"""\r\n',
    );
    expect(writeSheet(columns, [])).toBe('\ufeffticket,organisation\r\n');
  });

  test.each(dangerous.map((first) => [first]))('guards a cell that begins with %j', (first) => {
    const rows = [{ ticket: 1, organisation: `${first}cmd|' /C calc'!A0` }];
    expect(cellsIn(writeSheet(columns, rows))).toEqual([['1', `'${first}cmd|' /C calc'!A0`]]);
  });

  test('the check notices a sheet that is written without the guard', () => {
    const unguarded = stringify([['=1+1'], ['+1'], ['@x']], { bom: true });
    const cells = z
      .array(z.array(z.string()))
      .parse(parse(unguarded, { bom: true }))
      .flat();
    expect(cells.filter((text) => dangerous.includes(text.charAt(0)))).toEqual(['=1+1', '+1', '@x']);
  });

  test('numbers are not text, whatever their sign', () => {
    expect(cellsIn(writeSheet(columns, [{ ticket: -1, organisation: 'a' }]))).toEqual([['-1', 'a']]);
  });

  test('whatever is in it, no cell begins as a formula, and nothing else of it is changed', () => {
    const some = array(constantFrom(...dangerous, 'a', ',', ';', '"', '\n', '\r\n', "'", ' ', 'é'), { maxLength: 8 });
    const cell = constantFrom(0, 1).chain((kind) => (kind === 0 ? string() : some.map((parts) => parts.join(''))));
    assert(
      property(array(record({ ticket: cell, organisation: cell }), { minLength: 1, maxLength: 4 }), (rows) => {
        const cells = cellsIn(writeSheet(columns, rows)).flat();
        const given = rows.flatMap(({ ticket, organisation }) => [ticket, organisation]);
        expect(cells.filter((text) => dangerous.includes(text.charAt(0)))).toEqual([]);
        expect(cells).toEqual(given.map((text) => (dangerous.includes(text.charAt(0)) ? `'${text}` : text)));
      }),
      { numRuns: 500 },
    );
  });
});
