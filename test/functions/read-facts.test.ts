import { describe, expect, test } from '@jest/globals';
import { readFacts } from '../../functions/http/read-facts.ts';
import { AppError } from '../../shared/errors.ts';

/** The facts that are read, or the field that is wrong. */
function factsOf(kind: 'read' | 'create' | 'act' | 'change', headers: Record<string, string>): unknown {
  try {
    return readFacts(kind, headers);
  } catch (error) {
    return error instanceof AppError ? [error.code, error.details.fields?.[0]?.field] : error;
  }
}
const wrong = (field: string) => ['request.invalid', field];

describe('the Idempotency-Key', () => {
  test.each(['a', '!', '~', 'x'.repeat(64), '5f0c2a4e-8a43-4e0a-9d53-0b8f6c0f6f3a', '__proto__', '1.i#2'])(
    '%s is taken as it is',
    (key) => {
      expect(factsOf('create', { 'idempotency-key': key })).toEqual({ idempotencyKey: key });
      expect(factsOf('act', { 'idempotency-key': key })).toEqual({ idempotencyKey: key });
    },
  );

  test.each(['', ' ', 'x'.repeat(65), 'a b', 'a\n', '\u007f', 'é', '\ud83d\ude00'])('%j is refused', (key) => {
    expect(factsOf('create', { 'idempotency-key': key })).toEqual(wrong('Idempotency-Key'));
    expect(factsOf('act', { 'idempotency-key': key })).toEqual(wrong('Idempotency-Key'));
  });

  test('is left to the operation to ask for', () => {
    expect(factsOf('create', {})).toEqual({});
  });

  test('is not looked at where none is needed', () => {
    expect(factsOf('read', { 'idempotency-key': 'a b' })).toEqual({});
    expect(factsOf('change', { 'idempotency-key': 'a b' })).toEqual({});
  });
});

describe('If-Match', () => {
  test.each([
    ['"7"', 7],
    ['7', 7],
    ['0', 0],
    ['"9999999999"', 9_999_999_999],
  ])('%s is the version seen', (given, version) => {
    expect(factsOf('change', { 'if-match': given })).toEqual({ expectedVersion: version });
  });

  test.each([
    '',
    '*',
    'W/"7"',
    '"7',
    '7"',
    '""',
    '"7", "8"',
    '-1',
    '+7',
    '7.0',
    '7e2',
    '0x7',
    ' 7',
    '7\n',
    '99999999999',
  ])('%j is refused', (given) => {
    expect(factsOf('change', { 'if-match': given })).toEqual(wrong('If-Match'));
  });

  test('is left to the operation to ask for, and not looked at where none is needed', () => {
    expect(factsOf('change', {})).toEqual({});
    for (const kind of ['read', 'create', 'act'] as const) expect(factsOf(kind, { 'if-match': '*' })).toEqual({});
  });
});
