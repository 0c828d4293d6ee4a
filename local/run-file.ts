import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';

/** Where everything is kept between runs. */
export const stateFolder = fileURLToPath(new URL('../.local', import.meta.url));

const runSchema = z.object({
  /** The process of the run. */
  pid: z.int(),
  url: z.string(),
  issuer: z.string(),
  audience: z.string(),
  /** Where this machine plays AWS. */
  aws: z.string(),
});
export type RunFile = z.infer<typeof runSchema>;

const fileOf = (folder: string) => join(folder, 'run.json');

/** The run that is going on in a folder; undefined when there is none, also after one that ended without a word. */
function readRun(folder: string = stateFolder): RunFile | undefined {
  const kept = runSchema.safeParse(readKept(fileOf(folder)));
  return kept.success && isAlive(kept.data.pid) ? kept.data : undefined;
}

/** Writes down which run is going on, for the commands beside it. */
export function writeRun(run: RunFile, folder: string = stateFolder): void {
  writeKept(fileOf(folder), run);
}

/** Takes the note away when the run ends. */
export function removeRun(folder: string = stateFolder): void {
  rmSync(fileOf(folder), { force: true });
}

/** Refuses (throws) when a run is going on in the folder: two would write the same database. */
export function refuseSecondRun(folder: string = stateFolder): void {
  const run = readRun(folder);
  if (run === undefined) return;
  throw new Error(
    `Cohortium runs here already, at ${run.url} (process ${String(run.pid)}). End it first, with ctrl-c.`,
  );
}

/** The run that is going on; refuses (throws), saying how to start one, when there is none. */
export function requireRun(folder: string = stateFolder): RunFile {
  const run = readRun(folder);
  if (run === undefined) throw new Error('Cohortium is not running on this machine. Start it with: npm start');
  return run;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
