/** The AWS account that the local run plays: all its ARNs carry it. */
export const ACCOUNT = '000000000000';
/** The AWS region that the local run plays. */
export const REGION = 'eu-west-2';
/** Credentials that every local endpoint accepts. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** The ARN of something local, e.g. `arn('sqs', 'Deliveries')`. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
