import { isDeepStrictEqual } from 'node:util';
import { tableDefinition } from '../../shared/table/definition.ts';
import { itemSize, type NotedItem } from '../../shared/table/item-size.ts';

/*
 * What DynamoDB charges, as the Developer Guide says ("DynamoDB read and write operations", "Using global secondary
 * indexes: provisioned throughput considerations", "Managing complex workflows with transactions").
 */

const kilobyte = 1024;

function unitsOf(bytes: number, unit: number): number {
  return Math.ceil(Math.max(1, bytes) / unit);
}

/**
 * Write units of a write on one item of the table: each begun KB of the larger of its two images. A delete has only the image
 * before; of what is not there it costs one, and so does a refused write, which otherwise costs what the item there is.
 */
export function writeUnits(before: NotedItem | undefined, after: NotedItem | undefined): number {
  const larger = Math.max(...[before, after].map((image) => (image === undefined ? 0 : itemSize(image))));
  return unitsOf(larger, kilobyte);
}

/**
 * Write units of the table's indexes for the same write: each begun KB of an entry that comes, goes or changes; both where
 * one moves to another place in its index; nothing where it stays as it was.
 */
export function indexUnits(before: NotedItem | undefined, after: NotedItem | undefined): number {
  return tableDefinition.indexes.reduce((sum, index) => {
    const [was, is] = [entryOf(index, before), entryOf(index, after)];
    if (isDeepStrictEqual(was, is)) return sum;
    const moved = was !== undefined && is !== undefined && !isSamePlace(index, was, is);
    return sum + (moved ? writeUnits(was, undefined) + writeUnits(undefined, is) : writeUnits(was, is));
  }, 0);
}

/** Read units of a read of so many bytes: each begun 4 KB of them all together, half where it may lag. */
export function readUnits(bytes: number, consistent: boolean): number {
  return unitsOf(bytes, 4 * kilobyte) / (consistent ? 1 : 2);
}

type Index = (typeof tableDefinition.indexes)[number];

/** What an index keeps of an item: nothing unless it has both keys. */
function entryOf(index: Index, image: NotedItem | undefined): NotedItem | undefined {
  if (image?.[index.partitionKey] === undefined || image[index.sortKey] === undefined) return undefined;
  if (index.projection === 'ALL') return image;
  const kept = new Set<string>([
    tableDefinition.partitionKey,
    tableDefinition.sortKey,
    index.partitionKey,
    index.sortKey,
  ]);
  return Object.fromEntries(Object.entries(image).filter(([name]) => kept.has(name)));
}

function isSamePlace(index: Index, one: NotedItem, other: NotedItem): boolean {
  return [index.partitionKey, index.sortKey].every((key) => one[key]?.S === other[key]?.S);
}
