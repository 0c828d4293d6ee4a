import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import type { Functions } from './functions.ts';
import { parseJson, yesOrNoSchema } from './json.ts';
import type { QueueMappingSettings } from './queue-mapping.ts';
import type { Resolver } from './resolve.ts';
import type { StreamMappingSettings } from './stream-mapping.ts';

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: yesOrNoSchema.default(true),
  BatchSize: z.coerce.number().optional(),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  BisectBatchOnFunctionError: yesOrNoSchema.default(false),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().default(-1),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number() }).optional(),
});

/** A mapping of the table's stream; the ARN of its source is the template's, its bucket takes what is given up. */
export interface StreamSource {
  readonly sourceArn: string;
  readonly bucket: string | undefined;
  readonly functionArn: string;
  readonly settings: Omit<StreamMappingSettings, 'streamArn' | 'partitionKey'>;
}

/** A mapping of a queue. */
export interface QueueSource {
  readonly sourceArn: string;
  readonly settings: QueueMappingSettings;
}

const BUCKET = 'arn:aws:s3:::';

/** Reads the event source mappings of an assembly. Refuses (throws) unknown Lambdas, sources and destinations. */
export function readMappings(
  assembly: Assembly,
  resolver: Resolver,
  functions: Functions,
): { streams: StreamSource[]; queues: QueueSource[] } {
  const streams: StreamSource[] = [];
  const queues: QueueSource[] = [];
  for (const resource of assembly.resources) {
    if (resource.type !== 'AWS::Lambda::EventSourceMapping') continue;
    const mapping = mappingSchema.parse(resolver.properties(resource));
    const { logicalId } = resource;
    const lambda = functions.find(mapping.FunctionName)?.settings;
    if (lambda === undefined) throw new Error(`${logicalId}: there is no Lambda ${mapping.FunctionName}.`);
    if (!mapping.Enabled) continue;
    const shared = {
      logicalId,
      lambda: lambda.logicalId,
      window: mapping.MaximumBatchingWindowInSeconds * 1000,
      patterns: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => parseJson(Pattern)),
    };
    const reportsItemFailures = mapping.FunctionResponseTypes.length > 0;
    const destination = mapping.DestinationConfig?.OnFailure?.Destination;
    const [, , service] = mapping.EventSourceArn.split(':');
    if (destination !== undefined && (service !== 'dynamodb' || !destination.startsWith(BUCKET)))
      throw new Error(
        `${logicalId}: only a bucket for a stream's failed records can be run locally, not ${destination}.`,
      );
    if (service === 'sqs') {
      const concurrency = Math.min(lambda.concurrency, mapping.ScalingConfig?.MaximumConcurrency ?? lambda.concurrency);
      queues.push({
        sourceArn: mapping.EventSourceArn,
        settings: { ...shared, batchSize: mapping.BatchSize ?? 10, reportsItemFailures, concurrency },
      });
    } else if (service === 'dynamodb') {
      const rules = {
        bisect: mapping.BisectBatchOnFunctionError,
        reportsItemFailures,
        retries: mapping.MaximumRetryAttempts < 0 ? undefined : mapping.MaximumRetryAttempts,
        maximumAge: mapping.MaximumRecordAgeInSeconds < 0 ? undefined : mapping.MaximumRecordAgeInSeconds * 1000,
      };
      streams.push({
        sourceArn: mapping.EventSourceArn,
        bucket: destination?.slice(BUCKET.length),
        functionArn: lambda.arn,
        settings: {
          ...shared,
          batchSize: mapping.BatchSize ?? 100,
          rules,
        },
      });
    } else throw new Error(`${logicalId}: the source ${mapping.EventSourceArn} cannot be run locally.`);
  }
  return { streams, queues };
}
