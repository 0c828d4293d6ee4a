import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, dictionary, integer, oneof, property } from 'fast-check';
import { applicationRoutes } from '../../functions/api/applications.ts';
import { readInput } from '../../functions/http/read-input.ts';
import type { Route, TakenFile } from '../../functions/http/route.ts';
import { AppError } from '../../shared/errors.ts';
import { apiEvent, type ApiRequest } from '../support/api-event.ts';

/** What is read of a request, or the code of its refusal with the fields that it names. */
function inputOf(request: ApiRequest, takes?: Route['takes']): object {
  try {
    return readInput(apiEvent('POST /v1/cohorts/{cohort}/claims', request), takes);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...(error.details.fields ?? []).map(({ field }) => field)];
  }
}
const base64 = (bytes: Uint8Array | string): ApiRequest => ({
  base64: true,
  body: Buffer.from(bytes).toString('base64'),
});

describe('what a request gives', () => {
  test('is one flat object of path, query and body', () => {
    expect(inputOf({ path: { cohort: 'coh_1' }, query: 'limit=2&after=a%20b', body: { quantity: 1 } })).toEqual({
      cohort: 'coh_1',
      limit: '2',
      after: 'a b',
      quantity: 1,
    });
    expect(inputOf({})).toEqual({});
  });

  test('is given once, and where it is given twice is told', () => {
    const path = { cohort: 'coh_1' };
    expect(inputOf({ path, query: 'cohort=coh_1' })).toEqual(['request.invalid', 'cohort']);
    expect(inputOf({ path, body: { cohort: 'coh_1' } })).toEqual(['request.invalid', 'cohort']);
    expect(inputOf({ query: 'quantity=1', body: { quantity: 1 } })).toEqual(['request.invalid', 'quantity']);
    expect(inputOf({ query: 'a=1&a=1&b=2' })).toEqual(['request.invalid', 'a']);
    expect(inputOf({ query: '%61=1&a=2' })).toEqual(['request.invalid', 'a']);
  });

  test('keeps names that JavaScript gives a meaning as plain names, which are asked for nothing', () => {
    const input = inputOf({ query: 'toString=1', body: '{"__proto__":{"quantity":2},"constructor":3}' });
    expect(Object.entries({ ...input })).toEqual([
      ['toString', '1'],
      ['__proto__', { quantity: 2 }],
      ['constructor', 3],
    ]);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(inputOf({ query: '__proto__=1', body: '{"__proto__":2}' })).toEqual(['request.invalid', '__proto__']);
  });
});

describe('the bounds of a body', () => {
  const bytes = 65_536;
  const filled = (size: number, filler = ' ') => `{}${filler.repeat(size - 2)}`;

  test('64 KB and no more, as text or in base64', () => {
    expect(inputOf({ body: filled(bytes) })).toEqual({});
    expect(inputOf({ body: filled(bytes + 1) })).toEqual(['request.too-large']);
    expect(inputOf(base64(filled(bytes)))).toEqual({});
    expect(inputOf(base64(filled(bytes + 1)))).toEqual(['request.too-large']);
  });

  test('more where the route says so, as that of a selection does', () => {
    const takes = applicationRoutes.find(({ operation }) => operation.name === 'select-applicants')?.takes;
    const most = 350 * 1024;
    expect(inputOf({ body: filled(most) }, takes)).toEqual({});
    expect(inputOf(base64(filled(most)), takes)).toEqual({});
    expect(inputOf({ body: filled(most + 1) }, takes)).toEqual(['request.too-large']);
    expect(inputOf({ body: '[]' }, takes)).toEqual(['request.malformed']);
    expect(inputOf({ headers: { 'content-type': 'text/csv' }, body: '{}' }, takes)).toEqual(['request.malformed']);
  });

  test('counted in bytes, not in characters', () => {
    const euros = (count: number) => ({ body: `{"a":"${'€'.repeat(count)}"}` });
    expect(inputOf(euros(21_800))).toMatchObject({ a: expect.any(String) });
    expect(inputOf(euros(21_850))).toEqual(['request.too-large']);
  });

  test('of a query, 4096 characters as it was sent', () => {
    expect(inputOf({ query: `a=${'%41'.repeat(1364)}x` })).toMatchObject({ a: expect.any(String) });
    expect(inputOf({ query: `a=${'%41'.repeat(1365)}` })).toEqual(['request.too-large']);
  });
});

describe('a body in base64', () => {
  test('is read as UTF-8, with or without a byte order mark', () => {
    expect(inputOf(base64('{"a":"é"}'))).toEqual({ a: 'é' });
    expect(inputOf(base64('\ufeff{"a":"é"}'))).toEqual({ a: 'é' });
  });

  test('in another encoding is malformed', () => {
    expect(inputOf(base64(Buffer.from('{"a":"é"}', 'latin1')))).toEqual(['request.malformed']);
    expect(inputOf(base64(Buffer.from('{"a":1}', 'utf16le')))).toEqual(['request.malformed']);
  });
});

describe('a route that takes a file', () => {
  const takes: TakenFile = { mediaType: 'text/csv', field: 'file', mostBytes: 100_000 };
  const headers = { 'content-type': 'text/csv; charset=utf-8' };
  const fileOf = (request: ApiRequest) => inputOf({ headers, ...request }, takes);

  test('gets it as one field of its input, beside its path and its query', () => {
    const request = { path: { cohort: 'coh_1' }, query: 'mode=good-lines', body: 'name,"e\r\nmail"\n{"a":1}' };
    expect(fileOf(request)).toEqual({ cohort: 'coh_1', mode: 'good-lines', file: 'name,"e\r\nmail"\n{"a":1}' });
    expect(fileOf({ query: 'file=x', body: 'a' })).toEqual(['request.invalid', 'file']);
    expect(fileOf({})).toEqual({});
  });

  test('takes as much of it as it says, in bytes, and not the 64 KB of JSON', () => {
    expect(fileOf({ body: 'x'.repeat(100_000) })).toHaveProperty('file');
    expect(fileOf({ body: 'x'.repeat(100_001) })).toEqual(['request.too-large']);
    expect(fileOf({ body: '€'.repeat(33_334) })).toEqual(['request.too-large']);
    expect(fileOf(base64('x'.repeat(100_001)))).toEqual(['request.too-large']);
    expect(inputOf({ body: 'x'.repeat(70_000) })).toEqual(['request.too-large']);
  });

  test.each([['application/json'], ['text/plain'], ['application/vnd.ms-excel'], ['']])('is not %j', (type) => {
    expect(fileOf({ headers: { 'content-type': type }, body: '{}' })).toEqual(['request.malformed']);
    expect(inputOf({ headers, body: '{}' })).toEqual(['request.malformed']);
  });

  test('of another encoding, or with half a character, leaves a mark where it is wrong', () => {
    expect(fileOf(base64('\ufeffé'))).toEqual({ file: '\ufeffé' });
    expect(fileOf(base64(Buffer.from('a\né', 'latin1')))).toEqual({ file: 'a\n\ufffd' });
    expect(fileOf({ body: 'a\ud800' })).toEqual({ file: 'a\ufffd' });
  });
});

describe('half a character', () => {
  test.each([
    ['{"a":"\\ud800"}', 'a high half'],
    ['{"a":"\\uDFFF"}', 'a low half'],
    ['{"a":"\\udc00\\ud800"}', 'both, the wrong way round'],
    ['{"a":"\\ud83d\\n\\ude00"}', 'both, something between them'],
    ['{"a":"\\ud83d","b":"\\ude00"}', 'both, in two fields'],
    ['{"\\ud800":1}', 'in a name'],
    ['{"a":["\\\\\\ud800"]}', 'behind a backslash'],
    ['{"a":"\ud800"}', 'as it is'],
  ])('%s is malformed: %s', (body) => {
    expect(inputOf({ body })).toEqual(['request.malformed']);
  });

  test.each([
    ['{"a":"\\ud83d\\ude00"}', '\ud83d\ude00'],
    ['{"a":"\\uD83D\\uDE00"}', '\ud83d\ude00'],
    ['{"a":"\ud83d\ude00"}', '\ud83d\ude00'],
    ['{"a":"\\\\ud800"}', '\\ud800'],
    ['{"a":"\\u005cud800"}', '\\ud800'],
    ['{"a":"\\\\\\\\ud800"}', '\\\\ud800'],
  ])('%s is none', (body, a) => {
    expect(inputOf({ body })).toEqual({ a });
  });

  test('is found wherever it is, and nothing else is', () => {
    const unit = integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = array(oneof(unit, constantFrom('\ud83d', '\ude00', '\\', 'u', '"', 'd800')), {
      maxLength: 8,
    });
    const value = text.map((units) => units.join(''));
    assert(
      property(dictionary(value, oneof(value, array(value))), (fields) => {
        const isWhole = Object.entries(fields)
          .flat(2)
          .every((part) => part.isWellFormed());
        expect(inputOf({ body: JSON.stringify(fields) })).toEqual(isWhole ? { ...fields } : ['request.malformed']);
      }),
      { numRuns: 500 },
    );
  });
});
