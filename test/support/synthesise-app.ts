import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSources } from './sources.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules', '.cache');
const day = 86_400_000;

/** Synthesises the app of a project's folder into another, as `npm start` does, in a process of its own (4 s). */
export function synthesise(project: string, outdir: string): void {
  const script = `
    import { rmSync } from 'node:fs';
    import { createApp } from ${JSON.stringify(join(project, 'infra', 'create-app.ts'))};
    const outdir = ${JSON.stringify(outdir)};
    createApp({ outdir, checkSchemas: false }).synth();
    rmSync(outdir + '/bundles', { recursive: true, force: true });`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: 'pipe',
  });
}

/** The folder of our app, synthesised: once for each state of its sources, for all test files together. */
export function synthesisedApp(): string {
  let state = stateOfSources();
  const folderOf = () => join(cache, `app-${state}`);
  while (!existsSync(folderOf())) {
    const making = `${folderOf()}-${String(process.pid)}`;
    mkdirSync(cache, { recursive: true });
    synthesise(root, making);
    const now = stateOfSources();
    // Two test files may make it at the same time: the first one stays. What was changed meanwhile is made again.
    if (now !== state || existsSync(folderOf())) rmSync(making, { recursive: true });
    else renameSync(making, folderOf());
    state = now;
  }
  utimesSync(folderOf(), new Date(), new Date());
  removeUnused();
  return folderOf();
}

function stateOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const { path, text } of readSources('functions', 'infra', 'shared')) hash.update(path).update(text);
  return hash.digest('hex').slice(0, 16);
}

/** Takes away what no test has asked for in a day. */
function removeUnused(): void {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('app-'))) {
    const folder = join(cache, name);
    const used = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (used < Date.now() - day) rmSync(folder, { recursive: true, force: true });
  }
}
