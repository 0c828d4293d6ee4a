import { join } from 'node:path';
import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { attributeOn, type Addresses, physicalName } from './attributes.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { createQueue, type Queue } from './queue.ts';
import type { Resolver } from './resolve.ts';

const queueSchema = z.object({
  VisibilityTimeout: z.coerce.number().default(30),
  DelaySeconds: z.coerce.number().default(0),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().default(0),
  MessageRetentionPeriod: z.coerce.number().default(345_600),
  MaximumMessageSize: z.coerce.number().default(262_144),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
});

/** All queues of the app. */
export interface Queues {
  readonly all: readonly Queue[];
  /** A queue by its address, name, ARN or logical id. */
  find(name: string): Queue | undefined;
}

/** Makes the queues of an assembly, with what they held when the last run ended. Refuses (throws) an unknown dead-letter queue. */
export function createQueues(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly log: Log;
  /** Where messages are kept; undefined = in memory only. */
  readonly folder: string | undefined;
}): Queues {
  const byName = new Map<string, Queue>();
  const resources = parts.assembly.resources.filter(({ type }) => type === 'AWS::SQS::Queue');
  const all = resources.map((resource) => {
    const properties = queueSchema.parse(parts.resolver.properties(resource));
    const name = physicalName(resource);
    const policy = properties.RedrivePolicy;
    const settings = {
      logicalId: resource.logicalId,
      name,
      arn: attributeOn(parts.addresses, resource, 'Arn') ?? name,
      url: attributeOn(parts.addresses, resource, undefined) ?? name,
      delay: properties.DelaySeconds * 1000,
      wait: properties.ReceiveMessageWaitTimeSeconds * 1000,
      visibility: properties.VisibilityTimeout * 1000,
      retention: properties.MessageRetentionPeriod * 1000,
      largestMessage: properties.MaximumMessageSize,
      redrive:
        policy === undefined ? undefined : { arn: policy.deadLetterTargetArn, maximumReceives: policy.maxReceiveCount },
    };
    const queue = createQueue(settings, {
      clock: parts.clock,
      file: parts.folder === undefined ? undefined : join(parts.folder, `${name}.journal`),
      redrive: ({ id, body, attributes }) => {
        parts.log.line(
          'queues',
          `message ${id} of ${settings.logicalId} was received too often: it goes to ${policy?.deadLetterTargetArn ?? ''}`,
        );
        byName.get(policy?.deadLetterTargetArn ?? '')?.send(body, { attributes });
      },
    });
    for (const key of [
      settings.logicalId.replace(/[0-9A-F]{8}$/, ''),
      settings.logicalId,
      settings.name,
      settings.arn,
      settings.url,
    ])
      byName.set(key, queue);
    return queue;
  });
  for (const { settings } of all)
    if (settings.redrive !== undefined && !byName.has(settings.redrive.arn))
      throw new Error(`${settings.logicalId}: its dead-letter queue ${settings.redrive.arn} is not in this app.`);
  return { all, find: (name) => byName.get(name) };
}
