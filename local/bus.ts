import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Action, AwsError } from './aws-endpoint.ts';
import type { Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import { isObject, type Json, type JsonObject, tryParseJson } from './json.ts';
import { ACCOUNT, REGION } from './place.ts';
import type { Rule } from './rules.ts';

/** What EventBridge takes at once: bytes of all entries together, and entries. */
const LARGEST_REQUEST = 256 * 1024;
const MOST_ENTRIES = 10;

const entrySchema = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  Time: z.number().optional(),
});
type Entry = z.infer<typeof entrySchema>;

interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const missing = (name: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

/** Bytes of an entry as EventBridge counts them: its texts, and 14 for a time. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  return [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time === undefined ? 0 : 14,
  );
}

function refusalOf(
  { Source, DetailType, Detail, EventBusName }: Entry,
  buses: ReadonlySet<string>,
): Refusal | undefined {
  if (Source === undefined || Source === '') return missing('Source');
  if (DetailType === undefined || DetailType === '') return missing('DetailType');
  if (Detail === undefined || Detail === '') return missing('Detail');
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source ${Source}.` };
  if (!isObject(tryParseJson(Detail))) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const bus = EventBusName?.split('/').at(-1) ?? 'default';
  if (!buses.has(bus))
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
  return undefined;
}

/** Makes the bus: `PutEvents` as EventBridge answers it, entry by entry, handing events to the rules that hear them. */
export function createBus(parts: {
  readonly rules: readonly Rule[];
  readonly buses: ReadonlySet<string>;
  readonly clock: Clock;
  readonly onEvent?: ((event: JsonObject) => void) | undefined;
}): { readonly putEvents: Action } {
  const listening = parts.rules.filter(({ enabled, pattern }) => enabled && pattern !== undefined);

  function publish(entry: Entry): Json {
    const refusal = refusalOf(entry, parts.buses);
    if (refusal !== undefined) return { ...refusal };
    const id = randomUUID();
    const event = {
      version: '0',
      id,
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account: ACCOUNT,
      time: (entry.Time === undefined ? parts.clock.now() : new Date(entry.Time * 1000))
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources: entry.Resources ?? [],
      detail: tryParseJson(entry.Detail ?? '') ?? {},
    };
    const bus = entry.EventBusName?.split('/').at(-1) ?? 'default';
    parts.onEvent?.(event);
    for (const rule of listening) {
      if (rule.bus !== bus || !matchesPattern(rule.pattern ?? {}, event)) continue;
      for (const target of rule.targets) target(event);
    }
    return { EventId: id };
  }

  return {
    putEvents(input) {
      const parsed = z.object({ Entries: z.array(entrySchema).min(1).max(MOST_ENTRIES) }).safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      const size = parsed.data.Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (size > LARGEST_REQUEST)
        throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.', 413);
      const results = parsed.data.Entries.map(publish);
      return {
        FailedEntryCount: results.filter((result) => isObject(result) && result['ErrorCode'] !== undefined).length,
        Entries: results,
      };
    },
  };
}
