import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Assembly } from './assembly.ts';
import { type AsyncInvocations, createAsyncInvocations } from './async-invocations.ts';
import { type Addresses, attributeOn, localAddresses, physicalName } from './attributes.ts';
import { createAwsEndpoint } from './aws-endpoint.ts';
import { createBus } from './bus.ts';
import { createClock, type MovableClock } from './clock.ts';
import { type Database, startDatabase } from './database.ts';
import type { Endings } from './endings.ts';
import type { Endpoints } from './function-settings.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import { createInvokeEndpoint } from './invoke-endpoint.ts';
import { createIssuer } from './issuer.ts';
import { createTokenSigner, keyFileName, type TokenSigner } from './issuer-tokens.ts';
import type { LocalRunOptions } from './local-run-options.ts';
import { createLog, type Log, messageOf } from './log.ts';
import { CREDENTIALS, REGION } from './place.ts';
import { createQueueActions } from './queue-actions.ts';
import { createQueues, type Queues } from './queues.ts';
import { createResolver, type Resolver } from './resolve.ts';
import { readRules } from './rules.ts';
import { people as samplePeople } from './sample/people.ts';
import { startSchedules } from './schedules.ts';
import { openSocket, type Socket } from './sockets.ts';
import { type MappingHandles, startMappings } from './start-mappings.ts';
import { prepareTable, setTimeToLive } from './table.ts';
import { readClient } from './user-pool.ts';

/** What a run stands on: the app, where things are kept and what is to be ended with it. */
export interface Ground {
  readonly options: LocalRunOptions;
  readonly assembly: Assembly;
  readonly folder: string;
  /** Whether anything is kept in the folder between runs. */
  readonly keeps: boolean;
  readonly endings: Endings;
}

/** Everything around the Lambdas that is there before they are. */
interface Base extends Ground {
  readonly addresses: Addresses;
  readonly endpoints: Endpoints;
  readonly resolver: Resolver;
  readonly clock: MovableClock;
  readonly log: Log;
  readonly sockets: Readonly<Record<'api' | 'issuer' | 'aws', Socket>>;
  readonly table: { readonly name: string; readonly partitionKey: string; readonly streamArn: string | undefined };
}

/** The running parts of a run. */
export interface Parts extends Base {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly invocations: AsyncInvocations;
  readonly mappings: MappingHandles;
  readonly signer: TokenSigner;
  readonly audience: string;
}

/** Milliseconds that work under way has to end when the run stops. */
const STOPPING_LIMIT = 2_000;

async function openSockets({ options, endings }: Ground): Promise<Base['sockets']> {
  const { port = 0 } = options;
  const open = async (index: number) => {
    const socket = await openSocket(port === 0 ? 0 : port + index);
    endings.add(() => socket.close());
    return socket;
  };
  return { api: await open(0), issuer: await open(1), aws: await open(2) };
}

async function openDatabase({ options, keeps, folder, endings }: Ground): Promise<Database> {
  const endpoint = options.databaseEndpoint ?? process.env['DYNAMODB_ENDPOINT'];
  if (endpoint !== undefined && endpoint !== '') return { endpoint, stop: () => Promise.resolve() };
  const database = await startDatabase(keeps ? { folder: join(folder, 'database') } : 'memory');
  endings.add(() => database.stop());
  return database;
}

async function openTable(
  { assembly, endings }: Ground,
  { resolver, addresses, log, endpoints, clock }: Pick<Base, 'resolver' | 'addresses' | 'log' | 'endpoints' | 'clock'>,
): Promise<Base['table']> {
  const resource = assembly.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  if (resource === undefined) throw new Error('The local run runs apps with a table; this one has none.');
  const name = attributeOn(addresses, resource, undefined) ?? '';
  const { database: endpoint, credentials } = endpoints;
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials, maxAttempts: 10 });
  endings.add(() => client.destroy());
  const properties = resolver.properties(resource);
  const expires = clock.behind === 0;
  const table = await prepareTable(client, name, properties, log, { expires });
  if (!expires) endings.add(onceCaughtUp(clock, log, async () => await setTimeToLive(client, name, properties)));
  return { name, ...table };
}

/**
 * Does something once a clock that is behind has caught up; answers what ends the waiting. The database goes by the machine's
 * time: what is written in the past would have expired as soon as it is there.
 */
function onceCaughtUp(clock: MovableClock, log: Log, act: () => Promise<void>): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = clock
    .wait(clock.behind, signal)
    .then(async () => (signal.aborted ? undefined : await act()))
    .catch((error: unknown) => log.line('table', messageOf(error)));
  return async () => {
    stopping.abort();
    await done;
  };
}

async function layBase(ground: Ground): Promise<Base> {
  const { options, assembly, folder, keeps } = ground;
  const sockets = await openSockets(ground);
  const database = await openDatabase(ground);
  const addresses = {
    api: `http://localhost:${sockets.api.port}`,
    issuer: `http://localhost:${sockets.issuer.port}`,
    aws: `http://127.0.0.1:${sockets.aws.port}`,
    tableSuffix: keeps ? '' : `-${randomUUID().slice(0, 8)}`,
  };
  // DynamoDB Local looks, at each write, through the stream records of all tables that an access key had before.
  const credentials = keeps ? CREDENTIALS : { ...CREDENTIALS, accessKeyId: randomUUID().replaceAll('-', '') };
  const endpoints = { database: database.endpoint, aws: addresses.aws, credentials };
  const clock = options.clock ?? createClock();
  const log = options.log ?? createLog(join(folder, 'logs'));
  const resolver = createResolver(
    assembly,
    (resource, attribute) => attributeOn(addresses, resource, attribute),
    localAddresses(addresses, assembly),
  );
  const table = await openTable(ground, { resolver, addresses, log, endpoints, clock });
  return { ...ground, addresses, endpoints, resolver, clock, log, sockets, table };
}

/** Ends what is under way: it has a moment to end by itself; what does not end comes again with the next run. */
function endWork(functions: Functions, working: readonly { stop(): Promise<void> }[]): () => Promise<void> {
  return async () => {
    const drained = Promise.all(working.map((part) => part.stop()));
    await Promise.race([drained, pause(STOPPING_LIMIT, undefined, { ref: false })]);
    await functions.stop();
    await drained;
  };
}

async function startIssuer(base: Base): Promise<{ signer: TokenSigner; audience: string }> {
  const { addresses, assembly, clock, folder, keeps, options, resolver, sockets } = base;
  const { client, lifetimes } = readClient(assembly, resolver);
  const { issuer } = addresses;
  const keyFile = keeps ? join(folder, keyFileName) : undefined;
  const signer = await createTokenSigner({ issuer, audience: client.clientId, clock, lifetimes, keyFile });
  sockets.issuer.answer(createIssuer({ issuer, client, people: options.people ?? samplePeople, signer, clock }));
  return { signer, audience: client.clientId };
}

/** Starts everything that the app's template declares; what is started is ended by the ground's endings, also half-way. */
export async function startParts(ground: Ground): Promise<Parts> {
  const base = await layBase(ground);
  const { options, assembly, resolver, addresses, clock, log, folder, keeps, sockets, endings } = base;
  const issuer = await startIssuer(base);
  const functions = createFunctions({ ...base, offset: clock.offset });
  const working: { stop(): Promise<void> }[] = [];
  endings.add(endWork(functions, working));

  const queues = createQueues({ ...base, folder: keeps ? join(folder, 'queues') : undefined });
  const started: { mappings?: MappingHandles } = {};
  const afterwards = () => started.mappings?.nudge();
  const file = keeps ? join(folder, 'invocations.journal') : undefined;
  const invocations = createAsyncInvocations({ ...base, functions, queues, file, afterwards });
  working.push(invocations);

  const rules = readRules({ ...base, functions, queues, invocations });
  const own = assembly.resources.filter(({ type }) => type === 'AWS::Events::EventBus').map(physicalName);
  const bus = createBus({ rules, buses: new Set(['default', ...own]), clock, onEvent: options.onEvent });
  const actions = createQueueActions(
    (name) => queues.find(name) ?? queues.find(name.replace(/^http:\/\/[^/]+/, addresses.aws)),
  );
  actions.set('AWSEvents.PutEvents', bus.putEvents);
  sockets.api.answer(createHttpApi({ assembly, resolver, functions, clock, log, afterwards }));
  sockets.aws.answer(createAwsEndpoint(actions, createInvokeEndpoint(functions, invocations, afterwards), log));

  const lag = { delay: 0, jitter: 20, seed: 1, ...options.lag };
  const mappings = startMappings({ ...base, ...base.table, functions, queues, lag, afterwards });
  started.mappings = mappings;
  working.push(mappings);
  if (options.schedules !== false) working.push(startSchedules(rules, clock, log));
  return { ...base, ...issuer, functions, queues, invocations, mappings };
}
