import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { envelopeSchema } from '../../shared/events/envelope.ts';
import { openLog, type LambdaLog } from '../log.ts';

/** An event as EventBridge puts it into a queue, as far as this consumer reads it. */
const deliveredSchema = z.object({
  detail: envelopeSchema.pick({ at: true }),
  /** Set by EventBridge on what it takes out of the archive again. */
  'replay-name': z.string().optional(),
});

/**
 * Milliseconds from the change to now, for one message of the queue; undefined for a replayed event, whose age says nothing
 * of the relay. Never below zero, for the clocks of two machines differ a little.
 * Refusals: throws for a body that is not one of our events.
 */
function announcementLag(body: string, now: Date): number | undefined {
  const delivered = deliveredSchema.parse(JSON.parse(body));
  if (delivered['replay-name'] !== undefined) return undefined;
  return Math.max(0, now.getTime() - Date.parse(delivered.detail.at));
}

/**
 * Hears every event, and records how long each was on its way: from the commit of the change to its arrival here. An
 * event heard twice is measured twice, which is no harm. What is not one of our events is logged and given back, and ends
 * in the dead-letter queue with its alarm.
 */
export function measureAnnouncements(
  event: SQSEvent,
  clock: Clock,
  record: (milliseconds: number) => void,
  log: Pick<LambdaLog, 'failed'>,
): SQSBatchResponse {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of event.Records) {
    try {
      const lag = announcementLag(body, clock.now());
      if (lag !== undefined) record(lag);
    } catch (error) {
      log.failed('An event could not be measured', error, { messageId });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

const metrics = new Metrics();
const log = openLog();

/** The Lambda: see `measureAnnouncements`. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const response = measureAnnouncements(
    event,
    systemClock,
    (milliseconds) => {
      metrics.addMetric('AnnouncementLag', MetricUnit.Milliseconds, milliseconds);
    },
    log,
  );
  metrics.publishStoredMetrics();
  return await Promise.resolve(response);
}
