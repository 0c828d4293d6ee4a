import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleFunctions } from '../../infra/bundles.ts';
import { entries } from '../../infra/stateless-stack.ts';
import { quartiles } from './quartiles.ts';

/** The size of a bundle, and how long a fresh process takes to load it. */
export interface BundleLine {
  readonly entry: string;
  /** In KB of 1,024 bytes: as it is loaded, and compressed as it is uploaded. */
  readonly size: number;
  readonly compressed: number;
  /** Milliseconds. */
  readonly median: number;
  readonly fastest: number;
  /** The fastest beside the fastest of the bare document client: whatever disturbs a machine only adds. */
  readonly ratio: number;
}

const project = join(import.meta.dirname, '..', '..');
const bareDocumentClient = 'test/bench/bare-document-client.ts';
const bareEntries = ['test/bench/bare-client.ts', bareDocumentClient];
const rounds = 15;

/** What the template gives the Lambdas; nothing of it is reached, but some is read as a bundle loads. */
const environment = {
  AWS_REGION: 'eu-west-2',
  TABLE_NAME: 'table',
  BUS_NAME: 'bus',
  EPOCH: '1',
  STAGE: 'dev',
  ISSUER: 'https://issuer.example',
  AUDIENCE: 'audience',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'Cohortium/bench',
};

/**
 * Bundles every Lambda as a deployment does, and the bare clients of the SDK in the same run, and loads each in a process of
 * its own, one after the other, round by round. Nothing is called: a Lambda makes its client at its first request, so the bare
 * ones make none either.
 */
export function measureBundles(): BundleLine[] {
  const directory = mkdtempSync(join(tmpdir(), 'cohortium-bench-'));
  try {
    const all = [...bareEntries, ...entries];
    bundleFunctions(all, project, directory);
    const fileOf = (entry: string) => join(directory, entry.replace(/\.ts$/, '').replaceAll('/', '-'), 'index.mjs');
    const times = new Map<string, number[]>(all.map((entry) => [entry, []]));
    // The first round brings the files into memory.
    for (let round = -1; round < rounds; round += 1) {
      for (const [entry, measured] of times) {
        const time = loadingTime(fileOf(entry));
        if (round >= 0) measured.push(time);
      }
    }
    const fastestBare = Math.min(...(times.get(bareDocumentClient) ?? []));
    return [...times].map(([entry, measured]) => {
      const bytes = readFileSync(fileOf(entry));
      return {
        entry,
        size: bytes.length / 1024,
        compressed: gzipSync(bytes, { level: 9 }).length / 1024,
        median: quartiles(measured).median,
        fastest: Math.min(...measured),
        ratio: Math.min(...measured) / fastestBare,
      };
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Milliseconds from asking for a module until it is there, in a fresh process. */
function loadingTime(file: string): number {
  const script = `
    const began = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - began), () => process.exit());`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: environment,
    encoding: 'utf8',
  });
  return Number(said);
}
