import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** Synthesises the fixture app, once for each state of its files (CDK takes four seconds); answers the folder. */
export function synthesiseFixture(): string {
  const hash = createHash('sha256').update(readFileSync(join(here, 'app.ts')));
  for (const file of readdirSync(join(here, 'lambdas')).toSorted())
    hash.update(file).update(readFileSync(join(here, 'lambdas', file)));
  const folder = join(cache, `fixture-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(join(folder, 'manifest.json'))) return folder;
  const making = `${folder}-${process.pid}`;
  execFileSync(process.execPath, [join(here, 'app.ts')], {
    env: { ...process.env, CDK_OUTDIR: making, NODE_OPTIONS: '' },
    stdio: 'pipe',
  });
  // Two test files may make it at the same time: the first one stays.
  if (existsSync(folder)) rmSync(making, { recursive: true });
  else renameSync(making, folder);
  return folder;
}
