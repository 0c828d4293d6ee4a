import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { attributeOn, type Addresses, physicalName } from './attributes.ts';
import { createFunctionPool, type FunctionPool, type FunctionSettings, type Invocation } from './function-pool.ts';
import type { Log } from './log.ts';
import { CREDENTIALS, REGION } from './place.ts';
import type { Resolver } from './resolve.ts';

/** All Lambdas of the app. A Lambda is named by its logical id (with or without CDK's digits), its name or its ARN. */
export interface Functions {
  /** Runs one event (JSON text). Refuses (throws) a Lambda that the app does not have. */
  invoke(lambda: string, payload: string): Promise<Invocation>;
  /** The pool of one Lambda, or undefined. */
  find(lambda: string): FunctionPool | undefined;
  readonly pools: readonly FunctionPool[];
  /** Ends all threads. */
  stop(): Promise<void>;
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
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
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
    LANG: 'en_US.UTF-8',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.database,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.aws,
    AWS_ENDPOINT_URL_SQS: endpoints.aws,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.aws,
  };
}

/** Where Lambdas find AWS on this machine. */
export interface Endpoints {
  readonly database: string;
  readonly aws: string;
}

function settingsOf(
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
        environment: { ...properties.Environment?.Variables, ...surroundings(shape, endpoints) },
      };
    });
}

/** Makes the Lambdas of an assembly. No thread starts before the first event. */
export function createFunctions(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly addresses: Addresses;
  readonly endpoints: Endpoints;
  readonly log: Log;
  readonly offset?: BigInt64Array | undefined;
}): Functions {
  const pools = settingsOf(parts.assembly, parts.resolver, parts.addresses, parts.endpoints).map((settings) =>
    createFunctionPool(settings, parts.log, parts.offset),
  );
  const byName = new Map(
    pools.flatMap((pool) => {
      const { logicalId, name, arn } = pool.settings;
      // CDK adds eight hexadecimal digits to a construct's name: people may leave them, and "Lambda" before them, out.
      const construct = logicalId.replace(/[0-9A-F]{8}$/, '');
      return [construct.replace(/Lambda$/, ''), construct, logicalId, name, arn].map((key) => [key, pool]);
    }),
  );

  return {
    pools,
    find: (lambda) => byName.get(lambda),
    async invoke(lambda, payload) {
      const pool = byName.get(lambda);
      if (pool === undefined) throw new Error(`There is no Lambda ${lambda} in this app.`);
      return await pool.invoke(payload);
    },
    async stop() {
      await Promise.all(pools.map((pool) => pool.stop()));
    },
  };
}
