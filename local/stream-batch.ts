import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Condition } from './failed-records.ts';
import type { Invocation } from './invocation.ts';
import { tryParseJson } from './json.ts';
import type { StreamRecord } from './stream-record.ts';

/** How a mapping deals with batches that fail. */
export interface BatchRules {
  readonly bisect: boolean;
  readonly reportsItemFailures: boolean;
  /** Retries after the first attempt; undefined = without end. */
  readonly retries: number | undefined;
  /** Milliseconds after which a record is no longer tried; undefined = never. */
  readonly maximumAge: number | undefined;
}

/** The surroundings of a delivery. */
export interface BatchEdge {
  invoke(records: readonly StreamRecord[]): Promise<Invocation>;
  giveUp(records: readonly StreamRecord[], condition: Condition, invocations: number): void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Part {
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
}

/** Milliseconds before a retry: doubling from a tenth of a second to half a minute. */
const pauseBefore = (attempts: number) => Math.min(30_000, 50 * 2 ** Math.min(attempts, 12));

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** From which record on a batch failed: its length if none did. An answer that makes no sense fails the whole batch. */
function failedFrom(records: readonly StreamRecord[], invocation: Invocation, reportsItemFailures: boolean): number {
  if (!invocation.ok) return 0;
  if (!reportsItemFailures) return records.length;
  const value = tryParseJson(invocation.payload);
  if (value === null || value === undefined) return records.length;
  const answer = failuresSchema.safeParse(value);
  if (!answer.success) return 0;
  const indexes = (answer.data.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    records.findIndex(({ sequence }) => sequence === itemIdentifier),
  );
  // An unknown identifier gives -1; Lambda then takes the whole batch as failed.
  return Math.max(0, Math.min(records.length, ...indexes));
}

function halves({ records, attempts }: Part): Part[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, attempts }));
}

/**
 * Delivers one batch of a lane, in order, until every record was taken or given up: on failure it goes on from the
 * lowest failed record, halves what fails as a whole (which costs no retry), retries with growing pauses, and gives up
 * what is too old or was tried too often. Resolves to false when the run stopped before it was through.
 */
export async function deliverBatch(
  records: readonly StreamRecord[],
  rules: BatchRules,
  edge: BatchEdge,
): Promise<boolean> {
  const stopped = () => edge.signal.aborted;
  const work: Part[] = [{ records, attempts: 0 }];
  for (let part = work.shift(); part !== undefined; part = work.shift()) {
    if (stopped()) return false;
    const oldest = edge.clock.now().getTime() - (rules.maximumAge ?? Number.POSITIVE_INFINITY);
    const aged = part.records.filter(({ at }) => at < oldest);
    if (aged.length > 0) edge.giveUp(aged, 'RecordAgeExceeded', part.attempts);
    const { attempts } = part;
    const current = part.records.filter(({ at }) => at >= oldest);
    if (current.length === 0) continue;

    const invocation = await edge.invoke(current);
    if (stopped() && !invocation.ok) return false;
    const from = failedFrom(current, invocation, rules.reportsItemFailures);
    const rest = current.slice(from);
    if (rest.length === 0) continue;
    const tried = { records: rest, attempts: from > 0 ? 1 : attempts + 1 };
    if (rules.bisect && from === 0 && rest.length > 1) work.unshift(...halves({ records: rest, attempts }));
    else if (rules.retries !== undefined && tried.attempts > rules.retries)
      edge.giveUp(rest, 'RetryAttemptsExhausted', tried.attempts);
    else {
      work.unshift(tried);
      await edge.clock.wait(pauseBefore(tried.attempts), edge.signal);
    }
  }
  return true;
}
