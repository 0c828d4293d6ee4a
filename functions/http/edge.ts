import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { randomSource, type RandomSource } from '../../shared/ids.ts';
import type { Table } from '../../shared/table/table.ts';
import { lambdaTable } from '../lambda-table.ts';
import { installationEpoch } from '../installation-epoch.ts';
import { openLog, type LambdaLog } from '../log.ts';

/** All that a handler reaches outside itself. Tests give one of their own; nothing else is ever put in its place. */
export interface Edge {
  readonly table: Table;
  readonly epoch: number;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: LambdaLog;
  /** Records one request in the metrics: its operation, how long it took (milliseconds), and the status of its answer. */
  readonly measure: (operation: string, milliseconds: number, status: number) => void;
}

let edge: Edge | undefined;

/** The edge of a Lambda; made at its first request, once. Throws when infra has not declared what it needs. */
export function lambdaEdge(): Edge {
  edge ??= {
    table: lambdaTable(),
    epoch: installationEpoch(),
    clock: systemClock,
    random: randomSource,
    log: openLog(),
    measure: openMeasure(),
  };
  return edge;
}

function openMeasure(): Edge['measure'] {
  const metrics = new Metrics();
  return (operation, milliseconds, status) => {
    metrics.addDimension('operation', operation);
    metrics.addMetric('RequestTime', MetricUnit.Milliseconds, milliseconds);
    metrics.addMetric('Refused', MetricUnit.Count, status >= 400 && status < 500 ? 1 : 0);
    metrics.addMetric('Failed', MetricUnit.Count, status >= 500 ? 1 : 0);
    metrics.publishStoredMetrics();
  };
}
