import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cursorOf, readPage, readUpTo, sortKeyAfter, type Page, type Source } from '../../shared/paging.ts';

interface Row {
  readonly key: string;
  readonly shown: boolean;
}

/** A source as DynamoDB is one: sorted by bytes, what comes behind a key, no more than was asked for. */
function sourceOf(rows: readonly Row[]): Source<Row> {
  const sorted = [...rows].sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  return async (after, limit) => {
    const behind = sorted.filter(
      ({ key }) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
    );
    return await Promise.resolve(behind.slice(0, limit));
  };
}

async function readAll(sources: readonly Source<Row>[], limit: number): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<string> = await readPage({
      sources,
      sortKey: ({ key }) => key,
      answer: ({ key, shown }) => (shown ? key : undefined),
      after: sortKeyAfter(cursor, /.*/s),
      limit,
    });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return seen;
}

const keyed = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'B', 'é', '\u{1f600}', '0') });
const row = fc.record({ key: keyed, shown: fc.boolean() });
const distinct = fc.uniqueArray(row, { selector: ({ key }) => key, maxLength: 40 });

describe('pages', () => {
  test('following `next` gives every row of every source once, in order, whatever is left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(distinct, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (lists, limit) => {
          // A row of one key is the same in every source that has it.
          const byKey = new Map(lists.flat().map((one) => [one.key, one]));
          const sources = lists.map((list) => sourceOf(list.map((one) => byKey.get(one.key) ?? one)));
          const wanted = [...byKey.values()].filter(({ shown }) => shown).map(({ key }) => key);
          const sorted = wanted.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
          expect(await readAll(sources, limit)).toEqual(sorted);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('control: a source that skips a row is noticed', async () => {
    const rows = ['a', 'b', 'c'].map((key) => ({ key, shown: true }));
    const whole = sourceOf(rows);
    const skipping: Source<Row> = async (after, limit) =>
      (await whole(after, limit)).slice(after === undefined ? 0 : 1);
    expect(await readAll([skipping], 1)).not.toEqual(['a', 'b', 'c']);
  });

  test('a page with nothing left out asks each source once and no more than it needs', async () => {
    const asked: number[] = [];
    const rows = sourceOf(
      Array.from({ length: 30 }, (_, index) => ({ key: String(index).padStart(2, '0'), shown: true })),
    );
    const counted: Source<Row> = async (after, limit) => {
      asked.push(limit);
      return await rows(after, limit);
    };
    const request = { sortKey: ({ key }: Row) => key, answer: ({ key }: Row) => key, after: undefined };
    await readPage({ ...request, sources: [counted], limit: 10 });
    expect(asked).toEqual([10]);
  });

  test('a filter that leaves out nearly all ends a page before it has read everything', async () => {
    let read = 0;
    const rows = sourceOf(
      Array.from({ length: 1000 }, (_, index) => ({ key: String(index).padStart(4, '0'), shown: false })),
    );
    const counted: Source<Row> = async (after, limit) => {
      read += limit;
      return await rows(after, limit);
    };
    const request = { sortKey: ({ key }: Row) => key, answer: () => undefined, after: undefined };
    const page = await readPage({ ...request, sources: [counted], limit: 10 });
    expect(page.items).toEqual([]);
    expect(page.next).toBeDefined();
    expect(read).toBeLessThanOrEqual(50);
  });

  test('a cursor is taken back as it was given, and no other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
        expect(sortKeyAfter(cursorOf(key), /.*/s)).toBe(key);
      }),
    );
    for (const bad of ['', '=', 'a b', '%', 'A', `${cursorOf('PROGRAMME#prg_1')}=`]) {
      expect(() => sortKeyAfter(bad, /^PROGRAMME#/)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
    }
    expect(() => sortKeyAfter(cursorOf('MEMBER#mem_1'), /^PROGRAMME#/)).toThrow();
  });
});

describe('what is read to its end', () => {
  const many = (count: number) =>
    sourceOf(Array.from({ length: count }, (_, index) => ({ key: String(index).padStart(4, '0'), shown: true })));
  const read = async (count: number, most: number) => {
    const { rows, isAll } = await readUpTo(many(count), ({ key }) => key, most);
    expect(rows.map(({ key }) => Number(key))).toEqual(Array.from({ length: rows.length }, (_, index) => index));
    return [rows.length, isAll];
  };

  test('is all there is, in its order; or so many, and it says that there is more', async () => {
    expect(await read(0, 10)).toEqual([0, true]);
    expect(await read(10, 10)).toEqual([10, true]);
    expect(await read(11, 10)).toEqual([10, false]);
    for (const count of [199, 200, 201, 400, 500]) expect(await read(count, 500)).toEqual([count, true]);
    expect(await read(501, 500)).toEqual([500, false]);
  });
});
