import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { tableDefinition } from '../../shared/table/definition.ts';
import { itemSize, type NotedItem } from './item-size.ts';

/** What one request cost, and on which item; `part` says what kind of item it was. */
export interface Charge {
  readonly part: string;
  readonly write: number;
  readonly read: number;
}

/** Two images of an item that was written. */
export interface Images {
  readonly before: NotedItem | undefined;
  readonly after: NotedItem;
}

export interface CapacityMeter {
  /** What was charged since the last time. */
  take(): Charge[];
  /** The writes of aggregates (items with a `change`) since the last time, as the stream would tell them. */
  takeChanges(): Images[];
}

const value = z.custom<AttributeValue>((candidate) => typeof candidate === 'object' && candidate !== null);
const item = z.record(z.string(), value);
const put = z.object({ Item: item });
const keyedRequest = z.object({ Key: item });
const requestSchema = z.looseObject({
  ConsistentRead: z.boolean().optional(),
  IndexName: z.string().optional(),
  Item: item.optional(),
  Key: item.optional(),
  TransactItems: z
    .array(z.object({ Put: put.optional(), Update: keyedRequest.optional(), Delete: keyedRequest.optional() }))
    .optional(),
});
/** The document client gives answers in plain values; they are noted down again to be measured. */
const plain = z
  .record(z.string(), z.unknown())
  .transform((native) => marshall(native, { removeUndefinedValues: true }));
const answerSchema = z.looseObject({
  Attributes: plain.optional(),
  Item: plain.optional(),
  Items: z.array(plain).optional(),
  Responses: z.record(z.string(), z.array(plain)).optional(),
});
const refusedSchema = z.looseObject({ name: z.literal('ConditionalCheckFailedException'), Item: item.optional() });
/** The client keeps a request's body as bytes. */
const textOfBytes = z
  .custom<Uint8Array>((candidate) => ArrayBuffer.isView(candidate))
  .transform((body) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
const httpSchema = z.looseObject({
  body: z.union([z.string(), textOfBytes]),
  headers: z.record(z.string(), z.string()),
});

/**
 * Meters a client by DynamoDB's own rules, attempt by attempt, also those that are refused or whose answer is lost, since
 * DynamoDB Local reports wrong figures for transactions. It remembers the items it saw written, so that an index is charged
 * only when an entry of it changes.
 */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  let charges: Charge[] = [];
  let changes: Images[] = [];
  const known = new Map<string, NotedItem>();

  function written(after: NotedItem, times = 1): void {
    const name = nameOf(after);
    const before = known.get(name);
    known.set(name, after);
    const bytes = Math.max(itemSize(after), before === undefined ? 0 : itemSize(before));
    charges.push({ part: partOf(after), write: times * Math.ceil(bytes / 1024), read: 0 });
    const index = indexWrites(before, after);
    if (index > 0) charges.push({ part: `${partOf(after)} (index)`, write: index, read: 0 });
    if (after['change'] !== undefined) changes.push({ before, after });
  }
  function refused(request: z.infer<typeof requestSchema>, old: NotedItem | undefined): void {
    const key = request.Key ?? request.Item ?? {};
    const seen = old ?? known.get(nameOf(key));
    charges.push({
      part: `${partOf(key)} (refused)`,
      write: Math.ceil(Math.max(1, seen === undefined ? 1 : itemSize(seen)) / 1024),
      read: 0,
    });
  }
  function read(items: readonly NotedItem[], consistent: boolean, part: string): void {
    const bytes = items.reduce((sum, found) => sum + itemSize(found), 0);
    charges.push({ part, write: 0, read: (Math.ceil(Math.max(1, bytes) / 4096) * (consistent ? 2 : 1)) / 2 });
  }

  client.middlewareStack.add(
    (next) => async (args) => {
      const { body, headers } = httpSchema.parse(args.request);
      const request = requestSchema.parse(JSON.parse(body));
      const consistent = request.ConsistentRead ?? false;
      try {
        const result = await next(args);
        const answer = answerSchema.parse(result.output);
        switch (headers['x-amz-target']?.split('.')[1] ?? '') {
          case 'PutItem':
            written(request.Item ?? {});
            break;
          case 'UpdateItem':
            written({ ...request.Key, ...answer.Attributes });
            break;
          case 'DeleteItem':
            charges.push({ part: partOf(request.Key ?? {}), write: 1, read: 0 });
            known.delete(nameOf(request.Key ?? {}));
            break;
          case 'GetItem':
            read(answer.Item === undefined ? [] : [answer.Item], consistent, partOf(request.Key ?? {}));
            break;
          case 'Query':
            read(
              answer.Items ?? [],
              consistent,
              `query ${answer.Items?.[0] === undefined ? '' : partOf(answer.Items[0])}`,
            );
            break;
          case 'BatchGetItem':
            for (const found of Object.values(answer.Responses ?? {}).flat()) read([found], consistent, partOf(found));
            break;
          case 'TransactWriteItems':
            for (const { Put: one, Update: other } of request.TransactItems ?? []) {
              const after = one?.Item ?? known.get(nameOf(other?.Key ?? {}));
              if (after !== undefined) written(after, 2);
            }
            break;
          default:
        }
        return result;
      } catch (error) {
        const refusal = refusedSchema.safeParse(error);
        if (refusal.success) refused(request, refusal.data.Item);
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'capacityMeter' },
  );

  return {
    take: () => {
      const taken = charges;
      charges = [];
      return taken;
    },
    takeChanges: () => {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}

function nameOf(keyed: NotedItem): string {
  return `${keyed['pk']?.S ?? ''} ${keyed['sk']?.S ?? ''}`;
}

/** What kind of item a key names, in the words of docs/data-model.md. */
function partOf(keyed: NotedItem): string {
  const noun = keyed['pk']?.S?.split('#')[0] ?? '';
  const kind = keyed['sk']?.S?.split('#')[0] ?? '';
  if (['LEDGER', 'HISTORY', 'DUE', 'MEMBER'].includes(kind)) return kind.toLowerCase();
  if (noun === 'FEED') return 'feed';
  if (['OPEN', 'PLACES', 'HOSTED', 'PUBLISHED'].includes(noun)) return `view ${noun.toLowerCase()}`;
  return kind.toLowerCase();
}

/** Index writes of up to 1 KB each: a new or changed entry one, a moved one two, none when nothing projected changed. */
function indexWrites(before: NotedItem | undefined, after: NotedItem): number {
  return tableDefinition.indexes.reduce((sum, index) => {
    const entry = (image: NotedItem | undefined) => [image?.[index.partitionKey]?.S, image?.[index.sortKey]?.S];
    const [was, is] = [entry(before), entry(after)];
    if (is[0] === undefined) return sum + (was[0] === undefined ? 0 : 1);
    if (was[0] === undefined) return sum + 1;
    if (was[0] !== is[0] || was[1] !== is[1]) return sum + 2;
    return sum + (index.projection === 'ALL' ? 1 : 0);
  }, 0);
}
