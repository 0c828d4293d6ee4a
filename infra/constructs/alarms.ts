import { Aws, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type AlarmName, type AlarmSettings, alarmList } from '../alarm-list.ts';
import type { StageSettings } from '../stages.ts';

/** `relay-is-late` -> `RelayIsLate`. */
export const pascalCase = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Every alarm of the installation, and the topic through which people are told. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: `Cohortium ${stage.name} alarms`, enforceSSL: true });
    // A topic with a policy of its own no longer lets the account's alarms in by itself.
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (stage.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(stage.alarmEmail));
  }

  /**
   * Sets an alarm of the list on a measure. Where several things have the same alarm, `subject` says which one this is.
   * The list decides statistic and period; the description leads to the alarm's section of the runbook.
   */
  watch(name: AlarmName, metric: Metric, subject?: string): void {
    const settings: AlarmSettings = alarmList[name];
    const id = pascalCase(subject === undefined ? name : `${name}-${subject}`);
    const about = subject === undefined ? settings.says : `${settings.says} (${subject})`;
    const alarm = new Alarm(this, id, {
      alarmDescription: `${about}. docs/runbook.md#${name}`,
      metric: metric.with({ statistic: settings.statistic, period: Duration.minutes(settings.minutes) }),
      threshold: settings.threshold,
      comparisonOperator:
        settings.below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: settings.periods,
      treatMissingData: settings.silence === 'fine' ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }
}
