import { describe, expect, jest, test } from '@jest/globals';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { StageName } from '../../infra/stages.ts';
import { unsynthesised } from './synthesised.ts';

// Checking against the schemas takes seconds, on a busy machine many.
jest.setTimeout(120_000);

/** Synthesises, with something wrong in it where `spoil` puts it, and gives back what was refused, if anything. */
function refused(stage: StageName, spoil?: (stack: Stack) => void): string | undefined {
  const { app, discard } = unsynthesised(stage, true);
  try {
    spoil?.(new Stack(app, 'Spoilt'));
    app.synth();
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    discard();
  }
}

describe('AWS’s rules of good practice, and its schemas', () => {
  test.each(['dev', 'prod'] as const)('find nothing to object to in %s', (stage) => {
    expect(refused(stage)).toBeUndefined();
  });

  test('would object to a bucket that anyone may reach without TLS', () => {
    expect(refused('dev', (stack) => new Bucket(stack, 'Open'))).toContain('AwsSolutions-S10');
  });

  test('would object to a property that AWS does not know', () => {
    const spoil = (stack: Stack) =>
      new CfnResource(stack, 'Odd', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'soon' } });
    expect(refused('dev', spoil)).toContain("VisibilityTimeout: 'soon' is not of type 'integer'");
  });
});
