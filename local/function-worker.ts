/**
 * The thread a Lambda runs in: loads the bundle once, then serves one event after another, as a Lambda execution
 * environment does. Its environment is what functions.ts gave the thread and nothing else.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const data = z
  .object({
    bundle: z.url(),
    exportName: z.string(),
    functionName: z.string(),
    functionArn: z.string(),
    memoryLimit: z.string(),
    offset: z.instanceof(BigInt64Array).optional(),
  })
  .parse(workerData);

const requestSchema = z.object({ requestId: z.string(), payload: z.string(), timeout: z.number() });

/** Lets a test move the time that the Lambda sees, through memory shared with the run's clock. */
function followClock(offset: BigInt64Array): void {
  const Machine = Date;
  const now = () => Machine.now() + Number(Atomics.load(offset, 0));
  globalThis.Date = new Proxy(Machine, {
    construct: (target, given, self) => Reflect.construct(target, given.length === 0 ? [now()] : given, self),
    apply: () => new Machine(now()).toString(),
    get: (target, property, self) => (property === 'now' ? now : Reflect.get(target, property, self)),
  });
}

function describe(error: unknown): string {
  const known = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType: known.name, errorMessage: known.message, trace: (known.stack ?? '').split('\n') });
}

function contextOf({ requestId, timeout }: z.infer<typeof requestSchema>) {
  const until = performance.now() + timeout;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: data.memoryLimit,
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(until - performance.now())),
  };
}

async function loadHandler(): Promise<(event: unknown, context: unknown) => unknown> {
  const bundle = z.record(z.string(), z.unknown()).parse({ ...(await import(data.bundle)) });
  const handler = bundle[data.exportName];
  if (typeof handler !== 'function')
    throw new TypeError(`${data.bundle} does not export a function ${data.exportName}.`);
  if (handler.length > 2) throw new TypeError('Node 24 on Lambda no longer takes handlers with a callback.');
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
}

if (data.offset !== undefined) followClock(data.offset);
const port = parentPort;
if (port === null) throw new Error('function-worker.ts runs in a worker thread only.');

try {
  const handler = await loadHandler();
  port.on('message', (message: unknown) => {
    const request = requestSchema.parse(message);
    const answer = async () => {
      const result: unknown = await handler(JSON.parse(request.payload), contextOf(request));
      return JSON.stringify(result) ?? 'null';
    };
    answer().then(
      (payload) => port.postMessage({ kind: 'answer', payload }),
      (error: unknown) => port.postMessage({ kind: 'failure', payload: describe(error) }),
    );
  });
  port.postMessage({ kind: 'ready', payload: '' });
} catch (error) {
  port.postMessage({ kind: 'unloadable', payload: describe(error) });
}
