/** Why permissions, watching and keeping change nothing on one machine. */
export const permissions = 'permissions are not checked on this machine';
export const watching = 'nobody is alarmed on this machine';
export const keeping = 'keeping and encryption are the cloud’s';

/** Resource types that the local run leaves out knowingly, and why. */
export const leftOutResources: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': watching,
  'AWS::Budgets::Budget': watching,
  'AWS::CDK::Metadata': 'it describes the app to AWS',
  'AWS::CloudWatch::Alarm': watching,
  'AWS::CloudWatch::CompositeAlarm': watching,
  'AWS::CloudWatch::Dashboard': watching,
  'AWS::Cognito::UserPoolIdentityProvider': 'the local issuer signs everybody in itself',
  'AWS::Cognito::UserPoolDomain': 'the local issuer has its own address',
  'AWS::Events::Archive': 'the local bus keeps nothing',
  'AWS::Events::EventBusPolicy': permissions,
  'AWS::IAM::ManagedPolicy': permissions,
  'AWS::IAM::Policy': permissions,
  'AWS::IAM::Role': permissions,
  'AWS::KMS::Alias': keeping,
  'AWS::KMS::Key': keeping,
  'AWS::Lambda::Permission': permissions,
  'AWS::Logs::LogGroup': 'logs go to .local/logs',
  'AWS::Logs::MetricFilter': watching,
  'AWS::Logs::ResourcePolicy': permissions,
  'AWS::S3::BucketPolicy': permissions,
  'AWS::SNS::Subscription': watching,
  'AWS::SNS::Topic': watching,
  'AWS::SNS::TopicPolicy': permissions,
  'AWS::SQS::QueuePolicy': permissions,
  'AWS::XRay::Group': watching,
};
