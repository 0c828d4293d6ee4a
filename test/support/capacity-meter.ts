import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { indexUnits, readUnits, writeUnits } from './capacity-rules.ts';
import { itemSize, type NotedItem } from '../../shared/table/item-size.ts';

/** What one request cost, and on which item; `part` says what kind of item it was. */
export interface Charge {
  readonly part: string;
  readonly write: number;
  readonly read: number;
}

/** Two images of an item that was written. */
interface Images {
  readonly before: NotedItem | undefined;
  readonly after: NotedItem;
}

export interface CapacityMeter {
  /** What was charged since the last time. */
  take(): Charge[];
  /** The writes of aggregates (items with a `change`) since the last time, as the stream would tell them. */
  takeChanges(): Images[];
}

const noted = z.record(
  z.string(),
  z.custom<AttributeValue>((candidate) => typeof candidate === 'object' && candidate !== null),
);
const keyed = z.object({ Key: noted });
const requestSchema = z.looseObject({
  ConsistentRead: z.boolean().optional(),
  ReturnValues: z.string().optional(),
  Item: noted.optional(),
  Key: noted.optional(),
  RequestItems: z
    .record(z.string(), z.object({ Keys: z.array(noted), ConsistentRead: z.boolean().optional() }))
    .optional(),
  TransactItems: z
    .array(
      z.object({
        Put: z.object({ Item: noted }).optional(),
        Update: keyed.optional(),
        Delete: keyed.optional(),
        ConditionCheck: keyed.optional(),
      }),
    )
    .optional(),
});
type Request = z.infer<typeof requestSchema>;

/** The document client gives answers in plain values; they are noted down again to be measured. */
const plain = z
  .record(z.string(), z.unknown())
  .transform((native) => marshall(native, { removeUndefinedValues: true }));
const answerSchema = z.looseObject({
  Attributes: plain.optional(),
  Item: plain.optional(),
  Items: z.array(plain).optional(),
  Responses: z.record(z.string(), z.array(plain)).optional(),
  UnprocessedKeys: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })).optional(),
});
type Answer = z.infer<typeof answerSchema>;

const refusedSchema = z.looseObject({ name: z.literal('ConditionalCheckFailedException'), Item: noted.optional() });
const cancelledSchema = z.looseObject({ name: z.literal('TransactionCanceledException') });

/** The client keeps a request's body as bytes. */
const bodySchema = z.union([
  z.string(),
  z
    .custom<Uint8Array>((candidate) => ArrayBuffer.isView(candidate))
    .transform((body) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()),
]);
const httpSchema = z.looseObject({ body: bodySchema, headers: z.looseObject({ 'x-amz-target': z.string() }) });

/**
 * Meters a client by DynamoDB's own rules (capacity-rules.ts), attempt by attempt, also those that are refused or whose
 * answer is lost, since DynamoDB Local reports wrong figures for transactions. Faults are to be injected before it, so that
 * it stands between them and the database.
 *
 * It remembers the items that it saw written, or got, so that it knows what was there before; what others wrote it does not know.
 * Of an update in a transaction, whose answer has no image, it charges the item as it was before. A cancelled transaction
 * is charged in full, which is the most that it can cost.
 */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  const ledger = new ChargeList();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { body, headers } = httpSchema.parse(args.request);
      const request = requestSchema.parse(JSON.parse(body));
      try {
        const result = await next(args);
        charge(ledger, headers['x-amz-target'].split('.')[1] ?? '', request, answerSchema.parse(result.output));
        return result;
      } catch (error) {
        const refusal = refusedSchema.safeParse(error);
        if (refusal.success) ledger.refused(request.Key ?? request.Item ?? {}, refusal.data.Item);
        if (cancelledSchema.safeParse(error).success) chargeTransaction(ledger, request, false);
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'capacityMeter' },
  );
  return { take: () => ledger.take(), takeChanges: () => ledger.takeChanges() };
}

/** Charges one answered request. Throws for one that it cannot measure. */
function charge(ledger: ChargeList, operation: string, request: Request, answer: Answer): void {
  const consistent = request.ConsistentRead ?? false;
  const key = request.Key ?? {};
  if (operation === 'PutItem') ledger.written(request.Item ?? {});
  else if (operation === 'UpdateItem') {
    const { Attributes: seen } = answer;
    if (seen === undefined) throw new Error('An update without an answer cannot be measured');
    if (request.ReturnValues === 'UPDATED_NEW') ledger.changed(key, seen);
    else ledger.written({ ...key, ...seen });
  } else if (operation === 'DeleteItem') ledger.deleted(key);
  else if (operation === 'GetItem') ledger.got(key, answer.Item, consistent);
  else if (operation === 'Query') {
    const [first] = answer.Items ?? [];
    ledger.read(answer.Items ?? [], consistent, first === undefined ? 'nothing' : partOf(first));
  } else if (operation === 'BatchGetItem') chargeBatch(ledger, request, answer);
  else if (operation === 'TransactWriteItems') chargeTransaction(ledger, request, true);
  else if (!operation.endsWith('Table')) throw new Error(`The meter has no rule for ${operation}`);
}

/** Each key that was looked up is a read of its own, also one where nothing is. */
function chargeBatch(ledger: ChargeList, request: Request, answer: Answer): void {
  for (const [table, { Keys: keys, ConsistentRead: consistent = false }] of Object.entries(
    request.RequestItems ?? {},
  )) {
    const found = answer.Responses?.[table] ?? [];
    for (const item of found) ledger.read([item], consistent, partOf(item));
    const missing = keys.length - found.length - (answer.UnprocessedKeys?.[table]?.Keys.length ?? 0);
    for (let index = 0; index < missing; index += 1) ledger.read([], consistent, 'nothing');
  }
}

/** Each item is prepared and committed: twice what the write alone would be. */
function chargeTransaction(ledger: ChargeList, request: Request, applied: boolean): void {
  for (const { Put: put, Update: update, Delete: removed, ConditionCheck: checked } of request.TransactItems ?? []) {
    const key = update?.Key ?? removed?.Key ?? checked?.Key;
    if (!applied || checked !== undefined || update !== undefined) ledger.touched(put?.Item ?? key ?? {}, 2, put?.Item);
    else if (put !== undefined) ledger.written(put.Item, 2);
    else ledger.deleted(key ?? {}, 2);
  }
}

/** An item with what was changed in it; of a map only the entries that changed are given. */
function withChanged(before: NotedItem, seen: NotedItem): NotedItem {
  const changed = Object.entries(seen).map(([name, value]): [string, AttributeValue] => {
    const was = before[name];
    return [name, was?.M === undefined || value.M === undefined ? value : { M: withChanged(was.M, value.M) }];
  });
  return { ...before, ...Object.fromEntries(changed) };
}

class ChargeList {
  #charges: Charge[] = [];
  #changes: Images[] = [];
  readonly #known = new Map<string, NotedItem>();

  written(after: NotedItem, times = 1): void {
    const before = this.#known.get(nameOf(after));
    this.#known.set(nameOf(after), after);
    this.#write(partOf(after), times, before, after);
    if (after['change'] !== undefined) this.#changes.push({ before, after });
  }

  got(key: NotedItem, item: NotedItem | undefined, consistent: boolean): void {
    if (item !== undefined) this.#known.set(nameOf(item), item);
    this.read(item === undefined ? [] : [item], consistent, partOf(key));
  }

  /** A write of which only what it changed is seen. */
  changed(key: NotedItem, seen: NotedItem): void {
    const before = this.#known.get(nameOf(key));
    if (before === undefined) throw new Error('An update that answers in brief cannot be measured on an unknown item');
    this.written(withChanged(before, seen));
  }

  deleted(key: NotedItem, times = 1): void {
    const before = this.#known.get(nameOf(key));
    this.#known.delete(nameOf(key));
    this.#write(partOf(key), times, before, undefined);
  }

  /** A write that leaves the item as it is, or of which it is not seen what it leaves. */
  touched(key: NotedItem, times: number, offered?: NotedItem): void {
    const units = writeUnits(this.#known.get(nameOf(key)), offered);
    this.#charges.push({ part: partOf(key), write: times * units, read: 0 });
  }

  refused(key: NotedItem, there: NotedItem | undefined): void {
    const units = writeUnits(there ?? this.#known.get(nameOf(key)), undefined);
    this.#charges.push({ part: `${partOf(key)} (refused)`, write: units, read: 0 });
  }

  read(items: readonly NotedItem[], consistent: boolean, part: string): void {
    const size = items.reduce((sum, found) => sum + itemSize(found), 0);
    this.#charges.push({ part, write: 0, read: readUnits(size, consistent) });
  }

  take(): Charge[] {
    return this.#charges.splice(0);
  }

  takeChanges(): Images[] {
    return this.#changes.splice(0);
  }

  #write(part: string, times: number, before: NotedItem | undefined, after: NotedItem | undefined): void {
    this.#charges.push({ part, write: times * writeUnits(before, after), read: 0 });
    const index = times * indexUnits(before, after);
    if (index > 0) this.#charges.push({ part: `${part} (index)`, write: index, read: 0 });
  }
}

function nameOf(item: NotedItem): string {
  return `${item['pk']?.S ?? ''} ${item['sk']?.S ?? ''}`;
}

/** What kind of item a key names, in the words of docs/data-model.md. */
function partOf(item: NotedItem): string {
  const noun = item['pk']?.S?.split('#')[0] ?? '';
  const kind = item['sk']?.S?.split('#')[0] ?? '';
  if (['LEDGER', 'HISTORY', 'DUE', 'MEMBER'].includes(kind)) return kind.toLowerCase();
  if (noun === 'FEED') return 'feed';
  if (['OPEN', 'PLACES', 'HOSTED', 'PUBLISHED'].includes(noun)) return `view ${noun.toLowerCase()}`;
  return kind.toLowerCase();
}
