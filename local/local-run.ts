import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Assembly, readAssembly } from './assembly.ts';
import { type AsyncInvocations, createAsyncInvocations } from './async-invocations.ts';
import { type Addresses, attributeOn, localAddresses, physicalName } from './attributes.ts';
import { createAwsEndpoint } from './aws-endpoint.ts';
import { createBus } from './bus.ts';
import { createClock, type MovableClock } from './clock.ts';
import { type Database, startDatabase } from './database.ts';
import type { Invocation } from './function-pool.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import { createInvokeEndpoint } from './invoke-endpoint.ts';
import { createIssuer } from './issuer.ts';
import { createTokenSigner } from './issuer-tokens.ts';
import type { JsonObject } from './json.ts';
import { createLog, type Log } from './log.ts';
import { type MappingHandles, startMappings } from './start-mappings.ts';
import { CREDENTIALS, REGION } from './place.ts';
import { createQueueActions } from './queue-actions.ts';
import type { Queue } from './queue.ts';
import { createQueues, type Queues } from './queues.ts';
import { createResolver, type Resolver } from './resolve.ts';
import { readRules } from './rules.ts';
import { findPerson, type Person, people as samplePeople } from './sample/people.ts';
import { startSchedules } from './schedules.ts';
import { openSocket, type Socket } from './sockets.ts';
import type { Lag } from './stream-mapping.ts';
import { prepareTable } from './table.ts';
import { refuseUnsupported } from './template-support.ts';
import { readClient } from './user-pool.ts';

/** How a local run is to be. Only the synthesised app is needed. */
export interface LocalRunOptions {
  /** Folder of a synthesised app, e.g. `cdk.out`. */
  readonly assembly: string;
  /** Folder for what is kept between runs; without one (or with inMemory) nothing is kept. */
  readonly folder?: string;
  /** Keeps the table in memory, and nothing between runs. */
  readonly inMemory?: boolean;
  /** Port of the API; the issuer and the AWS endpoint take the next two. 0 (the default) = any free ones. */
  readonly port?: number;
  /** Another DynamoDB-compatible endpoint instead of DynamoDB Local; by default DYNAMODB_ENDPOINT, if set. */
  readonly databaseEndpoint?: string | undefined;
  readonly log?: Log;
  readonly clock?: MovableClock;
  /** How late the stream's lanes are; 20 ms of jitter by default. */
  readonly lag?: Partial<Lag>;
  /** Whether schedules strike (default) or only `invoke` starts what they would. */
  readonly schedules?: boolean;
  readonly people?: readonly Person[];
  /** Hears every event that the bus accepted, as its rules do. */
  readonly onEvent?: (event: JsonObject) => void;
}

/** The synthesised app, running on this machine. */
export interface LocalRun {
  /** The API's address, without a slash at the end. */
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  readonly endpoints: { readonly database: string; readonly aws: string };
  readonly tableName: string;
  /** The stacks' outputs by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Where checkpoints, logs and failed records lie. */
  readonly folder: string;
  readonly clock: MovableClock;
  /** An access token of a sample person (by short name), or of any person given. */
  tokenFor(person: string | Person): Promise<string>;
  /** Runs a Lambda by its logical id, with or without CDK's digits. */
  invoke(lambda: string, payload: unknown): Promise<Invocation>;
  /** Ends all threads of a Lambda in the middle of their work. */
  killWorkers(lambda: string): Promise<void>;
  /** Makes the stream's lanes late, in milliseconds; `jitter` is each lane's own share at random. */
  setRelayDelay(delay: number, jitter?: number): void;
  queue(name: string): Queue | undefined;
  /** Resolves when streams are read to their end and queues and asynchronous invocations have nothing ready to do. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Parts {
  readonly options: LocalRunOptions;
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly addresses: Addresses;
  readonly endpoints: { readonly database: string; readonly aws: string };
  readonly functions: Functions;
  readonly queues: Queues;
  readonly invocations: AsyncInvocations;
  readonly client: DynamoDBClient;
  readonly clock: MovableClock;
  readonly log: Log;
  readonly folder: string;
  readonly keeps: boolean;
}

/** Milliseconds that work under way has to end when the run stops. */
const STOPPING_LIMIT = 2_000;

async function databaseOf(options: LocalRunOptions, keeps: boolean, folder: string): Promise<Database> {
  const endpoint = options.databaseEndpoint ?? process.env['DYNAMODB_ENDPOINT'];
  if (endpoint !== undefined && endpoint !== '') return { endpoint, stop: () => Promise.resolve() };
  return await startDatabase(keeps ? { folder: join(folder, 'database') } : 'memory');
}

/** Makes the table; answers the ARN of its stream and the name of its partition key. */
async function tableOf({
  assembly,
  resolver,
  addresses,
  client,
  log,
}: Pick<Parts, 'assembly' | 'resolver' | 'addresses' | 'client' | 'log'>) {
  const tables = assembly.resources.filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  const [resource] = tables;
  if (resource === undefined || tables.length > 1) throw new Error('The local run runs apps with exactly one table.');
  const name = attributeOn(addresses, resource, undefined) ?? '';
  return { name, ...(await prepareTable(client, name, resolver.properties(resource), log)) };
}

async function issuerOf(parts: Parts, audience: string) {
  const { addresses, clock, folder, keeps, options } = parts;
  const { client, lifetimes } = readClient(parts.assembly, parts.resolver);
  const keyFile = keeps ? join(folder, 'issuer-key.json') : undefined;
  const signer = await createTokenSigner({ issuer: addresses.issuer, audience, clock, lifetimes, keyFile });
  const listener = createIssuer({
    issuer: addresses.issuer,
    client,
    people: options.people ?? samplePeople,
    signer,
    clock,
  });
  return { signer, listener };
}

/** Waits until nothing has anything ready to do, twice over: what one part ends another may begin. */
async function untilIdle({ functions, invocations }: Parts, mappings: MappingHandles): Promise<void> {
  const working = () =>
    !invocations.quiet() ||
    functions.pools.some(({ busy }) => busy > 0) ||
    !mappings.quietSince(Number.NEGATIVE_INFINITY);
  for (let calm = 0; calm < 2; calm += 1) {
    for (const since = performance.now(); !mappings.quietSince(since) || working(); await pause(5)) {
      mappings.nudge();
      // What is at work now may begin something elsewhere: both rounds start over.
      if (working()) calm = -1;
    }
  }
}

function outputsOf({ assembly, resolver }: Parts): Record<string, string> {
  return Object.fromEntries(
    assembly.outputs.map(({ stack, logicalId, value }) => [
      logicalId,
      String(resolver.value(stack, value, `${stack}.Outputs.${logicalId}`)),
    ]),
  );
}

async function partsOf(
  options: LocalRunOptions,
  assembly: Assembly,
  database: Database,
  sockets: readonly Socket[],
  place: Pick<Parts, 'folder' | 'keeps'>,
) {
  const [api = 0, issuer = 0, aws = 0] = sockets.map(({ port }) => port);
  const { keeps, folder } = place;
  const addresses = {
    api: `http://localhost:${api}`,
    issuer: `http://localhost:${issuer}`,
    aws: `http://127.0.0.1:${aws}`,
    tableSuffix: keeps ? '' : `-${randomUUID().slice(0, 8)}`,
  };
  const endpoints = { database: database.endpoint, aws: addresses.aws };
  const clock = options.clock ?? createClock();
  const log = options.log ?? createLog(join(folder, 'logs'));
  const resolver = createResolver(
    assembly,
    (resource, attribute) => attributeOn(addresses, resource, attribute),
    localAddresses(addresses, assembly),
  );
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    maxAttempts: 10,
  });
  const functions = createFunctions({ assembly, resolver, addresses, endpoints, log, offset: clock.offset });
  const queues = createQueues({
    assembly,
    resolver,
    addresses,
    clock,
    log,
    folder: keeps ? join(folder, 'queues') : undefined,
  });
  const base = {
    options,
    assembly,
    resolver,
    addresses,
    endpoints,
    functions,
    queues,
    client,
    clock,
    log,
    folder,
    keeps,
  };
  return { ...base, table: await tableOf(base) };
}

/** Starts everything that the app's template declares, over open sockets and a database. */
async function startParts(
  options: LocalRunOptions,
  assembly: Assembly,
  database: Database,
  sockets: readonly Socket[],
  place: Pick<Parts, 'folder' | 'keeps'>,
) {
  const { table, ...base } = await partsOf(options, assembly, database, sockets, place);
  const { resolver, addresses, functions, queues, clock, log, folder, keeps } = base;
  const started: { mappings?: MappingHandles } = {};
  const afterwards = () => started.mappings?.nudge();
  const file = keeps ? join(folder, 'invocations.journal') : undefined;
  const shared = { assembly, resolver, addresses, functions, queues, clock, log, afterwards };
  const invocations = createAsyncInvocations({ ...shared, file });
  const parts: Parts = { ...base, invocations };

  const rules = readRules({ ...shared, invocations });
  const buses = new Set([
    'default',
    ...assembly.resources.filter(({ type }) => type === 'AWS::Events::EventBus').map(physicalName),
  ]);
  const { putEvents } = createBus({ rules, buses, clock, onEvent: options.onEvent });
  const actions = createQueueActions(
    (name) => queues.find(name) ?? queues.find(name.replace(/^http:\/\/[^/]+/, addresses.aws)),
  );
  actions.set('AWSEvents.PutEvents', putEvents);
  const audience = readClient(assembly, resolver).client.clientId;
  const { signer, listener } = await issuerOf(parts, audience);
  const [api, issuer, aws] = sockets;
  aws?.answer(createAwsEndpoint(actions, createInvokeEndpoint(functions, invocations, afterwards), log));
  issuer?.answer(listener);
  api?.answer(createHttpApi(shared).listener);
  const lag = { delay: 0, jitter: 20, seed: 1, ...options.lag };
  const mappings = startMappings({ ...parts, ...table, lag, afterwards });
  started.mappings = mappings;
  const schedules = options.schedules === false ? undefined : startSchedules(rules, clock, log);
  return { parts, mappings, schedules, signer, audience, tableName: table.name };
}

/**
 * Starts a synthesised CDK app on this machine and resolves when it answers (2 to 4 s, most of it the database).
 * Refuses (throws), by name, everything in the app that matters and cannot be run here; whatever was started is then stopped.
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  const assembly = readAssembly(options.assembly);
  refuseUnsupported(assembly);
  const keeps = options.folder !== undefined && options.inMemory !== true;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'cohortium-'));
  const port = options.port ?? 0;
  const ports = [0, 1, 2].map((index) => (port === 0 ? 0 : port + index));
  const opened = await Promise.allSettled(ports.map(openSocket));
  const sockets = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const closeSockets = () => Promise.all(sockets.map((socket) => socket.close()));
  const refused = opened.find((result) => result.status === 'rejected');
  const database =
    refused === undefined ? await databaseOf(options, keeps, folder).catch(closing(closeSockets)) : undefined;
  if (database === undefined) return await closing(closeSockets)(refused?.reason);

  const { parts, mappings, schedules, signer, audience, tableName } = await startParts(
    options,
    assembly,
    database,
    sockets,
    { folder, keeps },
  ).catch(closing(() => Promise.all([closeSockets(), database.stop()])));
  const { addresses, functions, clock } = parts;

  async function stop(): Promise<void> {
    const drained = Promise.all([schedules?.stop(), mappings.stop(), parts.invocations.stop()]);
    // Lambdas in the middle of something have a moment to end it; what they do not end comes again with the next run.
    await Promise.race([drained, pause(STOPPING_LIMIT, undefined, { ref: false })]);
    await functions.stop();
    await drained;
    await closeSockets();
    parts.client.destroy();
    await database?.stop();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }

  let stopped: Promise<void> | undefined;
  return {
    url: addresses.api,
    issuer: addresses.issuer,
    audience,
    endpoints: parts.endpoints,
    tableName,
    outputs: outputsOf(parts),
    folder,
    clock,
    async tokenFor(person) {
      const known =
        typeof person === 'string'
          ? ((options.people ?? samplePeople).find(({ id }) => id === person) ?? findPerson(person))
          : person;
      if (known === undefined) throw new Error(`There is no sample person ${JSON.stringify(person)}.`);
      return await signer.accessToken(known);
    },
    invoke: (lambda, payload) => functions.invoke(lambda, JSON.stringify(payload)).finally(() => mappings.nudge()),
    async killWorkers(lambda) {
      const pool = functions.find(lambda);
      if (pool === undefined) throw new Error(`There is no Lambda ${lambda} in this app.`);
      await pool.kill();
    },
    setRelayDelay: (delay, jitter = 0) => mappings.setLag({ delay, jitter, seed: options.lag?.seed ?? 1 }),
    queue: (name) => parts.queues.find(name),
    idle: () => untilIdle(parts, mappings),
    stop: () => (stopped ??= stop()),
  };
}

/** Ends what was started and passes the error on. */
function closing(end: () => Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    await end();
    throw error;
  };
}
