import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSocket } from '../../local/sockets.ts';
import { synthesiseFixture } from './fixture-app/synthesise.ts';
import { startFixture, type FixtureRun } from './fixture-run.ts';

/** Says that the run is to have a database of its own. */
const ownDatabase = { databaseEndpoint: '' } as const;

let folder: string;
let fixture: FixtureRun | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cohortium-restart-'));
});
afterEach(async () => await fixture?.run.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The process of the database that runs on a folder. */
function databaseProcess(of: string): number {
  return Number(readFileSync(join(of, 'database.pid'), 'utf8'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  const end = performance.now() + 10_000;
  while (isRunning(pid)) {
    if (performance.now() > end) throw new Error(`Process ${pid} is still running`);
    await pause(10);
  }
}

describe('a run that is stopped in the middle', () => {
  test('leaves no process, and the next one goes on where it was', async () => {
    const kept = join(folder, 'kept');
    const first = (fixture = await startFixture({ folder: kept, ...ownDatabase }));
    await first.note('taken');
    await first.run.idle();
    first.run.setRelayDelay(3_600_000);
    await first.note('not-taken-yet');
    first.run.queue('Work')?.send('{"detail":{"note":"delayed"}}', { delay: 600_000 });
    await first.run.invoke('Listener', { detail: { task: 'fail' } });
    const token = await first.run.tokenFor('amara');
    const { audience, tableName } = first.run;
    const pid = databaseProcess(kept);
    expect(isRunning(pid)).toBe(true);
    await first.run.stop();
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(join(kept, 'database.pid'))).toBe(false);
    await expect(fetch(first.run.url)).rejects.toThrow();

    const next = (fixture = await startFixture({ folder: kept, ...ownDatabase }));
    await next.run.idle();
    expect(next.run.tableName).toBe(tableName);
    expect(first.announced.map(({ note }) => note)).toEqual(['taken']);
    expect(next.announced.map(({ note }) => note)).toEqual(['not-taken-yet']);
    const keys = createRemoteJWKSet(new URL(`${next.run.issuer}/.well-known/jwks.json`));
    await expect(jwtVerify(token, keys, { audience })).resolves.toBeDefined();
    expect(next.run.queue('Work')?.counts()).toEqual({ visible: 0, hidden: 0, delayed: 1 });
    next.run.clock.advance(600_000);
    await next.run.idle();
    await next.until(() => next.printed('Worker').some(({ note }) => note === 'delayed'));
    await next.run.stop();
  });
});

describe('a run that is ended without a word', () => {
  test('leaves no process either, and what it had taken in is announced by the next', async () => {
    const kept = join(folder, 'killed');
    const script = fileURLToPath(new URL('run-in-a-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, kept], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const pid = databaseProcess(kept);
    expect(isRunning(pid)).toBe(true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await untilGone(pid);

    const next = (fixture = await startFixture({ folder: kept, ...ownDatabase }));
    await next.run.idle();
    expect(next.announced.map(({ note }) => note)).toEqual(['written-before-the-end']);
  });
});

describe('a run that cannot start', () => {
  /** A copy of the fixture app with one of its templates changed. */
  function changedApp(name: string, change: (template: string) => string): string {
    const copy = join(folder, name);
    cpSync(synthesiseFixture(), copy, { recursive: true });
    const file = join(copy, 'FixtureStateless.template.json');
    const template = readFileSync(file, 'utf8');
    expect(change(template)).not.toBe(template);
    writeFileSync(file, change(template));
    return copy;
  }

  /** Opens three ports in a row and gives them back: where a run that does not start could have been. */
  async function freePorts(): Promise<number> {
    for (let port = 20_000 + Math.floor(Math.random() * 20_000); ; port += 3) if (await areFree(port)) return port;
  }

  async function areFree(port: number): Promise<boolean> {
    const opened = await Promise.allSettled([0, 1, 2].map((index) => openSocket(port + index)));
    for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
    return opened.every(({ status }) => status === 'fulfilled');
  }

  test('for what its templates declare says what, and starts nothing', async () => {
    const assembly = changedApp('refused', (template) =>
      template.replace('"VisibilityTimeout"', '"FifoQueue": true, "VisibilityTimeout"'),
    );
    const kept = join(folder, 'refused-state');
    await expect(startFixture({ assembly, folder: kept, ...ownDatabase })).rejects.toThrow(
      /Work\w+ \(AWS::SQS::Queue, .*property FifoQueue/,
    );
    expect(existsSync(kept)).toBe(false);
  });

  test('for what shows only when it starts ends what it had started', async () => {
    const assembly = changedApp('late', (template) => template.replace('rate(1 minute)', 'cron(0 0 L * ? *)'));
    const kept = join(folder, 'late-state');
    const port = await freePorts();
    await expect(startFixture({ assembly, folder: kept, port, schedules: true, ...ownDatabase })).rejects.toThrow(
      /EveryMinute\w+: "L" in its day of month/,
    );
    expect(existsSync(join(kept, 'database.pid'))).toBe(false);
    expect(await areFree(port)).toBe(true);
  });

  test('for a port that is taken says so, and leaves the others', async () => {
    const port = await freePorts();
    const taken = await openSocket(port + 2);
    await expect(startFixture({ port })).rejects.toThrow(`Port ${port + 2} is taken by another program`);
    await taken.close();
    expect(await areFree(port)).toBe(true);
  });

  test('for want of a synthesised app says how to make one', async () => {
    await expect(startFixture({ assembly: folder })).rejects.toThrow('npm run synth');
  });
});
