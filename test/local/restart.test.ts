import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
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

// Each run starts a database of its own, which takes seconds, and many of them on a busy machine.
jest.setTimeout(120_000);

/** Says that the run is to have a database of its own. */
const ownDatabase = { databaseEndpoint: '' } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cohortium-restart-'));
});
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

describe('runs on one folder, one after the other', () => {
  let kept: string;
  let second: FixtureRun;
  beforeAll(() => {
    kept = join(folder, 'kept');
  });
  afterAll(async () => await second.run.stop());

  test('one that is ended without a word leaves no process, and what it had taken in is announced by the next', async () => {
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

    second = await startFixture({ folder: kept, ...ownDatabase });
    await second.run.idle();
    expect(second.announced.map(({ note }) => note)).toEqual(['written-before-the-end']);
  });

  test('one that is stopped in the middle leaves no process, and the next one goes on where it was', async () => {
    await second.note('taken');
    await second.run.idle();
    second.run.setRelayDelay(3_600_000);
    await second.note('not-taken-yet');
    second.run.queue('Work')?.send('{"detail":{"note":"delayed"}}', { delay: 600_000 });
    const token = await second.run.tokenFor('amara');
    const { audience, tableName } = second.run;
    const pid = databaseProcess(kept);
    expect(isRunning(pid)).toBe(true);
    await second.run.stop();
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(join(kept, 'database.pid'))).toBe(false);
    await expect(fetch(second.run.url)).rejects.toThrow();

    const third = await startFixture({ folder: kept, ...ownDatabase });
    try {
      await third.run.idle();
      expect(third.run.tableName).toBe(tableName);
      expect(second.announced.map(({ note }) => note)).toEqual(['written-before-the-end', 'taken']);
      expect(third.announced.map(({ note }) => note)).toEqual(['not-taken-yet']);
      const keys = createRemoteJWKSet(new URL(`${third.run.issuer}/.well-known/jwks.json`));
      await expect(jwtVerify(token, keys, { audience })).resolves.toBeDefined();
      expect(third.run.queue('Work')?.counts()).toEqual({ visible: 0, hidden: 0, delayed: 1 });
      third.run.clock.advance(600_000);
      await third.run.idle();
      await third.until(() => third.printed('Worker').some(({ note }) => note === 'delayed'));
    } finally {
      await third.run.stop();
    }
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
