/**
 * Makes a bare clone ready and runs a script on the project's own Node: `node local/ensure.mjs local/start.ts --port 4000`.
 * Plain JavaScript without dependencies, because it runs before there are any, on whatever Node the machine has (20 or later).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.cache', 'installed-lock');
const oldestJava = 17;

function say(text) {
  process.stderr.write(`${text}\n`);
}

function hashOfLock() {
  return createHash('sha256').update(readFileSync(lock)).digest('hex');
}

/** npm keeps what it installed in node_modules/.package-lock.json: the same packages and versions = up to date. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const hash = hashOfLock();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const missing = Object.entries(wanted).filter(
    ([path, { version, optional }]) => path !== '' && !optional && present[path]?.version !== version,
  );
  if (missing.length > 0) return false;
  keepStamp(hash);
  return true;
}

function keepStamp(hash) {
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(stamp, hash);
}

function install() {
  say('Installing the locked dependencies (npm ci, about half a minute) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    say('The dependencies could not be installed: see the lines above; npm needs to reach its registry.');
    process.exit(1);
  }
  keepStamp(hashOfLock());
}

function checkJava() {
  const { error, stdout, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1]);
  if (error === undefined && version >= oldestJava) return;
  const found = Number.isNaN(version) ? 'there is none on this machine' : `this machine has ${version}`;
  say(
    `Java ${oldestJava} or later is needed for the local database, and ${found}: install it ` +
      '(Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17; others: https://adoptium.net), ' +
      'or let DYNAMODB_ENDPOINT point at a DynamoDB-compatible endpoint.',
  );
  process.exit(1);
}

/** Runs the script on the project's Node and ends as it ends; signals are passed on. */
function handOver(arguments_) {
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const child = spawn(existsSync(node) ? node : process.execPath, arguments_, {
    cwd: root,
    // The channel tells the script when this process is gone, however that came about.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
    },
  });
  // On ctrl-c the whole terminal group hears the signal: the script ends in order, and this process waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

/** Before the script: it does not use the database, and so does without Java. */
const withoutDatabase = '--without-database';
const script = process.argv.slice(2).filter((argument, index) => index > 0 || argument !== withoutDatabase);
if (script.length === 0) {
  say('Which script? node local/ensure.mjs local/start.ts');
  process.exit(1);
}
if (!isInstalled()) install();
if (!process.env.DYNAMODB_ENDPOINT && process.argv[2] !== withoutDatabase) checkJava();
handOver(script);
