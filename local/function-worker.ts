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
    construct(target, given, self) {
      const made: unknown = Reflect.construct(target, given.length === 0 ? [now()] : given, self);
      if (typeof made !== 'object' || made === null) throw new TypeError('A date is an object.');
      return made;
    },
    apply: () => new Machine(now()).toString(),
    get(target, property, self) {
      const own: unknown = Reflect.get(target, property, self);
      return property === 'now' ? now : own;
    },
  });
}

/** A Lambda may give its errors anything for a name. */
const thrownSchema = z.object({ name: z.coerce.string(), message: z.coerce.string(), stack: z.coerce.string() });

/** A thrown value as Lambda describes it; whatever it is, its parts come out as text. */
function describe(error: unknown): string {
  const known = error instanceof Error ? error : new Error(typeof error === 'string' ? error : JSON.stringify(error));
  const { name, message, stack } = thrownSchema.parse(known);
  return JSON.stringify({
    errorType: name,
    errorMessage: message,
    trace: stack.split('\n'),
  });
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
  return (event, context) => {
    const answer: unknown = Reflect.apply(handler, undefined, [event, context]);
    return answer;
  };
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
      const text: unknown = JSON.stringify(result);
      // What is no JSON (nothing, a function) Lambda answers as null.
      return typeof text === 'string' ? text : 'null';
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
