import { setTimeout as pause } from 'node:timers/promises';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { postShares } from '../../shared/costs/post-shares.ts';
import { envelopeSchema } from '../../shared/events/envelope.ts';
import type { Table } from '../../shared/table/table.ts';
import { lambdaTable } from '../lambda-table.ts';
import { openLog, type LambdaLog } from '../log.ts';

/** An event as EventBridge puts it into a queue, as far as this consumer reads it. */
const deliveredSchema = z.object({
  detail: envelopeSchema.pick({ id: true, at: true }).extend({ data: z.object({ cohort: z.string() }) }),
});

/** After so long the history of an event is there, or was lost and what it told has been told anew: it is not waited for. */
const lostMilliseconds = 30 * 60_000;
const attempts = 4;
const pauseMilliseconds = 50;

/**
 * Hears what changes how the cost of a cohort is shared, and brings the shares of each cohort up to what is recorded: the
 * forecast, or from the freeze date on the postings. What an event says is read from the cohort's history, so events may come
 * twice, late, or in any order. The messages of a cohort with which it does not succeed are given back, those of others are not.
 */
export async function postCostShares(
  event: SQSEvent,
  table: Table,
  clock: Clock,
  log: Pick<LambdaLog, 'failed' | 'warn'>,
): Promise<SQSBatchResponse> {
  const failures: SQSRecord[] = [];
  const heard = new Map<string, { readonly messages: SQSRecord[]; readonly ids: string[] }>();
  for (const message of event.Records) {
    const delivered = deliveredSchema.safeParse(tryToRead(message.body)).data;
    if (delivered === undefined) {
      log.failed('An event could not be read', new Error('Not an event about a cohort'), {
        messageId: message.messageId,
      });
      failures.push(message);
      continue;
    }
    const { id, at, data } = delivered.detail;
    const of = heard.get(data.cohort) ?? { messages: [], ids: [] };
    of.messages.push(message);
    if (clock.now().getTime() - Date.parse(at) < lostMilliseconds) of.ids.push(id);
    heard.set(data.cohort, of);
  }
  for (const [cohort, { messages, ids }] of heard) {
    try {
      if (await postedSoon(table, clock, cohort, ids)) continue;
      log.warn('The shares of a cohort wait for what is not recorded yet', { cohort });
      failures.push(...messages);
    } catch (error) {
      log.failed('The shares of a cohort are not up to date', error, { cohort });
      failures.push(...messages);
    }
  }
  return { batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** The history of a change is written right after its events have left: it is there in a moment, or the queue brings them again. */
async function postedSoon(table: Table, clock: Clock, cohort: string, heard: readonly string[]): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (await postShares(table, clock, cohort, heard)) return true;
    if (attempt < attempts) await pause(pauseMilliseconds * attempt);
  }
  return false;
}

function tryToRead(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const log = openLog();

/** The Lambda: see `postCostShares`. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return await postCostShares(event, lambdaTable(), systemClock, log);
}
