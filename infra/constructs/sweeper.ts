import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { type Installation, LambdaFunction, metricNamespace } from './lambda-function.ts';

export const sweeperEntry = 'functions/sweeper/sweep.ts';

/** The sweeper's tasks, and how many minutes lie between two runs of each. */
const tasks = [
  { id: 'Deadlines', task: 'deadlines', minutes: 1, says: 'Acts on what has fallen due' },
  { id: 'Repair', task: 'repair', minutes: 15, says: 'Restates what was not announced, and rewrites views' },
] as const;

/** Does what time brings: deadlines every minute, repairs every quarter of an hour. */
export class Sweeper extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, installation: Installation, alarms: Alarms) {
    super(scope, id);
    this.handler = new LambdaFunction(this, 'Sweeper', {
      installation,
      entry: sweeperEntry,
      name: 'sweeper',
      description: 'Acts on deadlines and repairs what was not announced',
      timeout: Duration.minutes(2),
      memory: 512,
    })
      .useTable('read-write-check-delete')
      .useBus();
    for (const { id: ruleId, task, minutes, says } of tasks) {
      new Rule(this, ruleId, {
        description: says,
        schedule: Schedule.rate(Duration.minutes(minutes)),
        targets: [new LambdaTarget(this.handler.lambda, { event: RuleTargetInput.fromObject({ task }) })],
      });
    }
    const own = (metricName: string): Metric =>
      new Metric({
        namespace: metricNamespace(installation.stage),
        metricName,
        dimensionsMap: { service: 'sweeper' },
      });
    alarms.watch('deadline-fails', own('DeadlinesFailed'));
    alarms.watch('events-were-restated', own('AggregatesRestated'));
    alarms.watch('ledger-is-large', own('AggregatesLarge'));
    alarms.watch('sweeper-fails', this.handler.lambda.metricErrors());
    alarms.watch('sweeper-is-silent', this.handler.lambda.metricInvocations());
  }
}
