import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { attributeOn, type Addresses, physicalName } from './attributes.ts';
import { type Credentials, REGION } from './place.ts';
import type { Resolver } from './resolve.ts';

/** What the template and this machine say about one Lambda. */
export interface FunctionSettings {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly folder: string;
  readonly handler: string;
  /** Milliseconds a single event may take. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
  /** How many events it serves at once at most. */
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where Lambdas find AWS on this machine, and who they are there. */
export interface Endpoints {
  readonly database: string;
  readonly aws: string;
  readonly credentials: Credentials;
}

const propertiesSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
});

/** Threads per Lambda: enough to see two requests of one Lambda interleave, few enough for a laptop. */
const LARGEST_POOL = 4;

/** What an execution environment of Lambda holds besides the template's own variables, with local endpoints. */
function surroundings(
  settings: { name: string; handler: string; memory: number; folder: string },
  endpoints: Endpoints,
) {
  return {
    AWS_ACCESS_KEY_ID: endpoints.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoints.credentials.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: settings.folder,
    _HANDLER: settings.handler,
    TZ: ':UTC',
    // A service that is not played here is asked here all the same, and refused by name: never in the cloud.
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.database,
  };
}

/** Reads the Lambdas of an assembly. Refuses (throws) one whose bundle is not in the assembly. */
export function readFunctionSettings(
  assembly: Assembly,
  resolver: Resolver,
  addresses: Addresses,
  endpoints: Endpoints,
): FunctionSettings[] {
  return assembly.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map((resource) => {
      const properties = propertiesSchema.parse(resolver.properties(resource));
      const name = physicalName(resource);
      const folder = assembly.assetFolder(properties.Code.S3Key);
      const shape = { name, folder, handler: properties.Handler, memory: properties.MemorySize };
      return {
        ...shape,
        logicalId: resource.logicalId,
        arn: attributeOn(addresses, resource, 'Arn') ?? name,
        timeout: properties.Timeout * 1000,
        concurrency: Math.max(1, Math.min(LARGEST_POOL, properties.ReservedConcurrentExecutions ?? LARGEST_POOL)),
        environment: { LANG: 'en_US.UTF-8', ...properties.Environment?.Variables, ...surroundings(shape, endpoints) },
      };
    });
}
