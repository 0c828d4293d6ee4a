import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

/**
 * Starts one DynamoDB Local, in memory, for the whole run, and says where it is in DYNAMODB_ENDPOINT. An endpoint that
 * is set already is used instead.
 */
export default async function startDatabase() {
  if (process.env.DYNAMODB_ENDPOINT) return;
  const port = await freePort();
  const home = join(
    dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
    'emulator',
  );
  const java = spawn(
    'java',
    [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(home, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-port',
      String(port),
    ],
    { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  java.on('error', (error) => {
    console.error(
      `Java 17 or later is needed for DynamoDB Local (apt-get install openjdk-17-jre-headless): ${error.message}`,
    );
  });
  globalThis.databaseProcess = java;
  process.env.DYNAMODB_ENDPOINT = `http://127.0.0.1:${port}`;
  await answering(process.env.DYNAMODB_ENDPOINT, java);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(endpoint, java) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (java.exitCode !== null) throw new Error(`DynamoDB Local stopped with exit code ${java.exitCode}`);
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('DynamoDB Local did not answer within a minute');
}
