import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';

/** A DynamoDB on this machine, or elsewhere. */
export interface Database {
  readonly endpoint: string;
  /** Ends it when this run started it. */
  stop(): Promise<void>;
}

/** How Java compiles the database. */
type Compiler = 'quick' | 'full';

/** AWS's DynamoDB Local, as the development dependency brings it. */
const emulator = fileURLToPath(new URL('../node_modules/amplify-dynamodb-simulator/emulator', import.meta.url));

/** How long DynamoDB Local may take to answer, in milliseconds: it takes 2 to 3 s on a quiet machine. */
const STARTING_LIMIT = 60_000;

/**
 * Runs java in a shell that reads its own standard input: when this process ends, however hard, the pipe closes, the
 * shell reads its end and stops java. So no database outlives its run.
 */
const guardedJava = `
exec 3<&0
java "$@" </dev/null 3<&- & child=$!
echo $child >"$PID_FILE"
(while read -r _ <&3; do :; done; kill $child 2>/dev/null) & guard=$!
wait $child
kill $guard 2>/dev/null`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The machine gave no free port.');
  return address.port;
}

function isDatabase(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('DynamoDBLocal');
  } catch {
    return false;
  }
}

/** Ends a database that an earlier run left on the same files: two on one folder would spoil it. */
async function endLeftOver(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (Number.isInteger(pid) && pid > 1 && isDatabase(pid)) {
    process.kill(pid, 'SIGKILL');
    while (isDatabase(pid)) await pause(20);
  }
  rmSync(pidFile, { force: true });
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    // Without credentials DynamoDB answers 400, which is an answer.
    return (await fetch(endpoint, { signal: AbortSignal.timeout(1000) })).status > 0;
  } catch {
    return false;
  }
}

async function untilItAnswers(endpoint: string, child: ChildProcess, said: () => string): Promise<void> {
  const start = Date.now();
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with code ${child.exitCode}: ${said()}`);
    if (Date.now() - start > STARTING_LIMIT)
      throw new Error(`DynamoDB Local did not answer within a minute: ${said()}`);
    await pause(20);
  }
}

function startJava(
  port: number,
  storage: readonly string[],
  pidFile: string | undefined,
  compiler: Compiler,
): { child: ChildProcess; said: () => string } {
  const options = [
    ...(compiler === 'quick' ? ['-XX:TieredStopAtLevel=1'] : []),
    '-XX:+UseSerialGC',
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-jar',
    'DynamoDBLocal.jar',
    '-port',
    String(port),
    '-disableTelemetry',
    ...storage,
  ];
  // A process group of its own, so that ctrl-c reaches us first and work in progress ends in order.
  const child = spawn('sh', ['-c', guardedJava, 'sh', ...options], {
    cwd: emulator,
    env: { ...process.env, PID_FILE: pidFile ?? '/dev/null' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString()}`.slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return { child, said: () => output.trim() };
}

/**
 * Starts DynamoDB Local, in memory or on the files of a folder. Its code is compiled quickly, for it to be ready soon; or
 * fully, for it to be as fast as it gets after some thousand requests.
 */
export async function startDatabase(
  storage: { readonly folder: string } | 'memory',
  compiler: Compiler = 'quick',
): Promise<Database> {
  const folder = storage === 'memory' ? undefined : storage.folder;
  const pidFile = folder === undefined ? undefined : join(dirname(folder), 'database.pid');
  if (folder !== undefined && pidFile !== undefined) {
    mkdirSync(folder, { recursive: true });
    await endLeftOver(pidFile);
  }
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const { child, said } = startJava(
    port,
    folder === undefined ? ['-inMemory'] : ['-dbPath', folder, '-sharedDb'],
    pidFile,
    compiler,
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.stdin?.end();
    await ended;
    if (pidFile !== undefined) rmSync(pidFile, { force: true });
  };
  try {
    await untilItAnswers(endpoint, child, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop };
}
