import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { AppError } from '../../../shared/errors.ts';
import { readSheet } from '../../../shared/sheets/read-sheet.ts';

const columns = [
  { name: 'reference', required: true },
  { name: 'staffGroup', required: true },
  { name: 'accessNeeds', required: false },
];
const read = (text: string, lines = 5) => readSheet(text, columns, { lines, cell: 20 }).lines;

/** The code of the refusal, and what it says of which line. */
function refusalOf(text: string): readonly unknown[] {
  try {
    return [read(text)];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [said] = error.details.fields ?? [];
    return said === undefined ? [error.code, error.message] : [error.code, said.field, said.message];
  }
}
const good = (line: number, cells: Readonly<Record<string, string>>) => ({ line, cells, mistakes: [] });

describe('a sheet', () => {
  test('is read by the names of its columns, in any order', () => {
    expect(read('staffGroup,reference\nmanagers,E1\ndoctors,E2\n')).toEqual([
      good(2, { staffGroup: 'managers', reference: 'E1' }),
      good(3, { staffGroup: 'doctors', reference: 'E2' }),
    ]);
  });

  test.each([
    ['a byte order mark and CRLF', '\ufeffreference,staffGroup\r\nE1,managers\r\nE2,doctors\r\n'],
    ['CR alone, and no end of the last line', 'reference,staffGroup\rE1,managers\rE2,doctors'],
    ['semicolons', 'reference;staffGroup\nE1;managers\nE2;doctors\n'],
    ['names as people write them', ' Reference , "Staff group"\nE1,managers\nE2,doctors\n'],
    ['quotes where none are needed, and spaces', '"reference","staff_group"\n"E1" , managers\n" E2","doctors"\n'],
    ['columns with nothing in them', 'reference,staffGroup,,\nE1,managers,,\nE2,doctors,,\n'],
  ])('is the same with %s', (_what, text) => {
    expect(read(text)).toEqual([
      good(2, { reference: 'E1', staffGroup: 'managers' }),
      good(3, { reference: 'E2', staffGroup: 'doctors' }),
    ]);
  });

  test('may have commas, quotation marks and line ends inside its cells; lines are counted as in the file', () => {
    const text = 'reference,staffGroup\r\n"E,1","a ""b"""\r\n"E2","a\r\nb"\r\n\r\n,\r\nE3,c\r\n';
    expect(read(text)).toEqual([
      good(2, { reference: 'E,1', staffGroup: 'a "b"' }),
      good(3, { reference: 'E2', staffGroup: 'a\nb' }),
      good(7, { reference: 'E3', staffGroup: 'c' }),
    ]);
  });

  test.each([
    ['commas', ',,'],
    ['spaces between quotes', '" "," \n",'],
  ])('has as many lines of %s as it likes: they are no lines of it, and those behind them are read', (_what, blank) => {
    const blanks = `${blank}\n`.repeat(9);
    const before = blanks.split('\n').length - 1;
    const text = `${blanks}reference,staffGroup,\n${blanks}E1,a,\n${blanks}E2,b,\n`;
    expect(read(text, 2)).toEqual([
      good(2 * before + 2, { reference: 'E1', staffGroup: 'a' }),
      good(3 * before + 3, { reference: 'E2', staffGroup: 'b' }),
    ]);
    expect(() => read(`${text}E3,c,\n`, 2)).toThrow(expect.objectContaining({ code: 'request.too-large' }));
  });

  test('with semicolons may have commas in its cells', () => {
    expect(read('reference;staffGroup\nE1;a,b,c,d')).toEqual([good(2, { reference: 'E1', staffGroup: 'a,b,c,d' })]);
  });

  test('says which columns it has', () => {
    expect(readSheet('Staff group;Reference;;\nmanagers;E1', columns, { lines: 5, cell: 20 }).columns).toEqual([
      'staffGroup',
      'reference',
    ]);
  });

  test('leaves out the cells that are empty', () => {
    expect(read('reference,staffGroup,accessNeeds\nE1,," "')).toEqual([good(2, { reference: 'E1' })]);
  });

  test('whatever is in its cells, is read as it was written', () => {
    const letters = constantFrom('a', ',', ';', '"', '\n', 'é', "'", '=', ' ', '😀');
    const cell = array(letters, { maxLength: 6 }).map((parts) => `x${parts.join('')}x`);
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const row = record({ reference: cell, staffGroup: cell });
    assert(
      property(array(row, { minLength: 1, maxLength: 5 }), constantFrom(',', ';'), (rows, delimiter) => {
        const line = (cells: readonly string[]) => cells.map(quoted).join(delimiter);
        const text = ['reference', 'staffGroup'].join(delimiter);
        const file = [text, ...rows.map(({ reference, staffGroup }) => line([reference, staffGroup]))].join('\r\n');
        expect(read(file).map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  test('whatever it is, is read or refused, and never fails', () => {
    const text = array(constantFrom('reference', 'staffGroup', ',', ';', '"', '\n', '\r', 'x', '\0'), {
      maxLength: 30,
    });
    const known = new Set<unknown>(['sheet.unreadable', 'request.too-large']);
    assert(
      property(
        text.map((parts) => `reference,staffGroup\n${parts.join('')}`),
        string(),
        (some, any) => {
          for (const given of [some, any]) {
            const [outcome] = refusalOf(given);
            expect(Array.isArray(outcome) || known.has(outcome)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a line', () => {
  const mistakesOf = (text: string) => read(text).map(({ mistakes }) => mistakes);

  test('with another number of cells than the header is wrong, by itself', () => {
    const message = (cells: number) =>
      `This line has ${String(cells)} cells, and there are 2 columns; a cell with a comma in it is put in quotation marks`;
    expect(mistakesOf('reference,staffGroup\nE1\nE2,a,b\nE3,a')).toEqual([
      [{ message: message(1) }],
      [{ message: message(3) }],
      [],
    ]);
  });

  test('has cells of as many characters as the bound, and no more', () => {
    expect(mistakesOf(`reference,staffGroup\n${'x'.repeat(20)},${'y'.repeat(21)}`)).toEqual([
      [{ column: 'staffGroup', message: 'This has more than 20 characters' }],
    ]);
  });

  test.each([[5], [6]])('among %i, of which there may be five', (lines) => {
    const text = `reference,staffGroup\n${'E1,a\n'.repeat(lines)}`;
    const outcome = refusalOf(text)[0];
    expect(lines > 5 ? outcome : Array.isArray(outcome)).toEqual(lines > 5 ? 'request.too-large' : true);
  });
});

describe('a file is refused', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1').toString('utf8');
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('utf8');
  const encoding = 'This is not UTF-8: save the sheet as "CSV UTF-8"';
  const behind = 'Something stands behind a closing quotation mark; inside a cell it is written twice ("")';
  const open = 'A quotation mark is opened at or after this line and never closed';

  test.each([
    ['of another encoding', latin('reference,staffGroup\nE1,a\nE2,é'), 'line 3', encoding],
    ['of another encoding, of two bytes a letter', utf16('reference,staffGroup\nE1,a'), 'line 1', encoding],
    ['whose quote is never closed', 'reference,staffGroup\nE1,a\nE2,"b\nE3,c\nE4,d', 'line 3', open],
    ['whose header’s quote is never closed', '"reference,staffGroup\nE1,a', 'line 1', open],
    ['with a letter behind a quote', 'reference,staffGroup\nE1,a\nE2,"b"c', 'line 3', behind],
    ['with a quote inside a quoted cell', 'reference,staffGroup\nE1,"a "b" c"\n', 'line 2', behind],
    [
      'with a quote inside a cell',
      'reference,staffGroup\r\n"E1","a\r\nb"\r\nE2,b"c',
      'line 4',
      'A quotation mark stands inside a cell that does not begin with one',
    ],
    [
      'without a line',
      'reference,staffGroup\n',
      'line 1',
      'There is a line for each entry below the names of the columns',
    ],
    ['with nothing in it', '\n \n', 'line 1', 'There is a line for each entry below the names of the columns'],
    [
      'with a column twice',
      'reference,staffGroup,Reference\nE1,a,b',
      'line 1',
      'There is more than one column "reference"',
    ],
    ['without a column', '\nstaffGroup\na', 'line 2', 'A column is missing: "reference"'],
    ['with a column that has no name', 'reference,,staffGroup\nE1,a,b', 'line 1', 'Column 2 has no name'],
    [
      'with columns that are unknown',
      'reference,staffGroup,salary,toString\nE1,a,1,2',
      'line 1',
      'There is no column "salary", "toString"; the columns are reference, staffGroup, accessNeeds',
    ],
  ])('%s', (_what, text, line, message) => {
    expect(refusalOf(text)).toEqual(['sheet.unreadable', line, message]);
  });

  test('without repeating at length what is unknown', () => {
    const names = Array.from({ length: 300 }, (_, index) => `${'x'.repeat(60)}${String(index)}`);
    const [, , message] = refusalOf(`reference,${names.join(',')}\nE1`);
    expect(String(message).length).toBeLessThan(400);
    expect(message).toContain('and 295 more');
  });
});
