/** The AWS account that the local run plays: all its ARNs carry it. */
export const ACCOUNT = '000000000000';
/** The AWS region that the local run plays. */
export const REGION = 'eu-west-2';
/** What an AWS client signs with. Every local endpoint accepts anything. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The credentials of whatever is kept between runs: DynamoDB Local keeps a database for each access key. */
export const CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The ARN of something local, e.g. `arn('sqs', 'Deliveries')`. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
