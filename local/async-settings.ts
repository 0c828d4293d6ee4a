import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';
import type { Resolver } from './resolve.ts';

/** How long an event is tried for which nobody waits, and where it then goes. */
export interface AsyncSettings {
  readonly retries: number;
  /** Milliseconds. */
  readonly maximumAge: number;
  /** ARN of the queue that takes what was given up. */
  readonly onFailure: string | undefined;
}

const settingsSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

/** What Lambda does when the template says nothing. */
export const usualAsyncSettings: AsyncSettings = { retries: 2, maximumAge: 6 * 3_600_000, onFailure: undefined };

/** Reads the settings of an assembly's Lambdas by logical id. Refuses (throws) unknown Lambdas and destinations that are no queue. */
export function readAsyncSettings(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly queues: Queues;
}): Map<string, AsyncSettings> {
  const settings = new Map<string, AsyncSettings>();
  for (const resource of parts.assembly.resources) {
    if (resource.type !== 'AWS::Lambda::EventInvokeConfig') continue;
    const properties = settingsSchema.parse(parts.resolver.properties(resource));
    const lambda = parts.functions.find(properties.FunctionName)?.settings.logicalId;
    if (lambda === undefined) throw new Error(`${resource.logicalId}: there is no Lambda ${properties.FunctionName}.`);
    const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
    if (onFailure !== undefined && parts.queues.find(onFailure) === undefined)
      throw new Error(`${resource.logicalId}: the on-failure destination ${onFailure} is not a queue of this app.`);
    settings.set(lambda, {
      retries: properties.MaximumRetryAttempts,
      maximumAge: properties.MaximumEventAgeInSeconds * 1000,
      onFailure,
    });
  }
  return settings;
}
