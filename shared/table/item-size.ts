import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** An item in DynamoDB's own notation. */
export type NotedItem = Readonly<Record<string, AttributeValue>>;

/**
 * The size of an item in bytes as DynamoDB counts it (Developer Guide, "DynamoDB item sizes and formats"): names and
 * strings in UTF-8; numbers a byte for each pair of significant digits, one more, and one if they are negative; lists and maps three bytes, and one for
 * each element.
 */
export function itemSize(item: NotedItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

/** The same of an item in plain values, as the domain reads it. */
export function plainItemSize(item: Readonly<Record<string, unknown>>): number {
  return itemSize(marshall(item, { removeUndefinedValues: true }));
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.BS !== undefined) return value.BS.reduce((sum, bytes) => sum + bytes.length, 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, number) => sum + numberSize(number), 0);
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + valueSize(element), 3);
  if (value.M !== undefined) {
    return Object.entries(value.M).reduce(
      (sum, [name, element]) => sum + 1 + Buffer.byteLength(name) + valueSize(element),
      3,
    );
  }
  return 1;
}

/** Numbers are kept to the base of a hundred: pairs of digits on both sides of the point, without those that are nothing. */
function numberSize(number: string): number {
  const [whole = '', part = ''] = number.replace(/^-/, '').split('.');
  const even = (digits: string) => digits.length + (digits.length % 2);
  const digits = whole.padStart(even(whole), '0') + part.padEnd(even(part), '0');
  const kept = digits.replace(/^(?:00)+/, '').replace(/(?:00)+$/, '');
  return kept.length / 2 + 1 + (number.startsWith('-') ? 1 : 0);
}
