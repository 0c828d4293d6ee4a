import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type IndexDefinition, refuseIndexChanges, type TableDefinition } from '../../infra/table-changes.ts';
import { tableDefinition } from '../../shared/table/definition.ts';

const indexSchema = z.strictObject({
  name: z.string(),
  partitionKey: z.string(),
  sortKey: z.string(),
  projection: z.string(),
});
const tableSchema = z.strictObject({
  partitionKey: z.string(),
  sortKey: z.string(),
  indexes: z.array(indexSchema),
  timeToLive: z.string(),
  stream: z.string(),
});

const committed: TableDefinition = tableSchema.parse(
  JSON.parse(readFileSync(new URL('committed-table.json', import.meta.url), 'utf8')),
);

const index = (name: string, more: Partial<IndexDefinition> = {}): IndexDefinition => ({
  name,
  partitionKey: `${name}pk`,
  sortKey: `${name}sk`,
  projection: 'ALL',
  ...more,
});
const table = (...indexes: IndexDefinition[]): TableDefinition => ({ ...committed, indexes });

describe('the table', () => {
  test('can be deployed over the one that is committed', () => {
    expect(refuseIndexChanges(committed, tableDefinition)).toEqual([]);
  });
});

describe('refuseIndexChanges', () => {
  const before = table(index('one'), index('two'));

  test.each<[string, TableDefinition]>([
    ['nothing', before],
    ['the order of the indexes', table(index('two'), index('one'))],
    ['one index added', table(index('one'), index('two'), index('three'))],
    ['one index removed', table(index('one'))],
  ])('lets pass: %s', (_what, after) => {
    expect(refuseIndexChanges(before, after)).toEqual([]);
  });

  test.each<[string, TableDefinition, RegExp]>([
    [
      'two indexes added',
      table(index('one'), index('two'), index('three'), index('four')),
      /this is 2: add three, add four/,
    ],
    ['two indexes removed', table(), /this is 2: remove one, remove two/],
    ['one index in the place of another', table(index('one'), index('three')), /this is 2: remove two, add three/],
    [
      'an index with another projection',
      table(index('one', { projection: 'KEYS_ONLY' }), index('two')),
      /remove one, add one/,
    ],
    ['an index with another key', table(index('one', { sortKey: 'at' }), index('two')), /remove one, add one/],
    ['another key of the table', { ...before, partitionKey: 'id' }, /replace the table/],
    ['another sort key of the table', { ...before, sortKey: 'id' }, /replace the table/],
    ['another attribute of time to live', { ...before, timeToLive: 'ends' }, /time to live/],
    ['a stream without the old image', { ...before, stream: 'NEW_IMAGE' }, /stream/],
  ])('refuses: %s', (_what, after, reason) => {
    const reasons = refuseIndexChanges(before, after);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });
});
