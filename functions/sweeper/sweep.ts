import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { systemClock } from '../../shared/clock.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import { repairAggregates } from '../../shared/repair/repair-aggregates.ts';
import { installationEpoch } from '../installation-epoch.ts';
import { openLog } from '../log.ts';
import { lambdaPublisher } from '../relay/lambda-publisher.ts';

/** How long one run may go on before it leaves the rest to the next: well within the Lambda's own time. */
const runMilliseconds = 45_000;

const taskSchema = z.object({ task: z.enum(['deadlines', 'repair']) });
const log = openLog();
const metrics = new Metrics();
let publisher: Publisher | undefined;

/** The scheduled Lambda: acts on what is due (each minute), or repairs what was not published. */
export async function handler(event: unknown): Promise<void> {
  const { task } = taskSchema.parse(event);
  const until = new Date(systemClock.now().getTime() + runMilliseconds);
  publisher ??= lambdaPublisher();
  let notRepaired = 0;
  switch (task) {
    case 'deadlines': {
      const installation = { table: publisher.table, epoch: installationEpoch(), clock: systemClock };
      const { acted, failures } = await actOnDeadlines(installation, until);
      for (const { kind, error } of failures) log.failed('A deadline was not acted on', error, { kind });
      metrics.addMetric('DeadlinesActedOn', MetricUnit.Count, acted);
      metrics.addMetric('DeadlinesFailed', MetricUnit.Count, failures.length);
      break;
    }
    case 'repair': {
      const { looked, restated, large, failures } = await repairAggregates(publisher, installationEpoch(), until);
      for (const aggregate of restated)
        log.warn('An aggregate was told anew because events of it were lost', { aggregate });
      for (const aggregate of large) log.warn('An aggregate has grown large', { aggregate });
      metrics.addMetric('AggregatesLarge', MetricUnit.Count, large.length);
      metrics.addMetric('AggregatesLookedAt', MetricUnit.Count, looked);
      metrics.addMetric('AggregatesRestated', MetricUnit.Count, restated.length);
      for (const { aggregate, error } of failures) log.failed('An aggregate was not repaired', error, { aggregate });
      notRepaired = failures.length;
      break;
    }
  }
  metrics.publishStoredMetrics();
  // The run has failed, for its alarm and so that it is tried again; but only after it has done all that it could.
  if (notRepaired > 0) throw new Error(`Aggregates not repaired: ${String(notRepaired)}`);
}
