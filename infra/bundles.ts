import { buildSync } from 'esbuild';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** The code of the Lambdas, by the path of their entry file. */
export interface Bundles {
  /** Refusals: throws for an entry that was not among those bundled. */
  codeOf(entry: string): Code;
}

const folderOf = (entry: string): string => entry.replace(/\.ts$/, '').replaceAll('/', '-');

/**
 * Bundles every entry in one run of esbuild (a run for each takes ten times as long) into a folder of its own:
 * `<directory>/<entry with dashes>/index.mjs`, minified, with the AWS SDK inside, for it loads faster so than the one that
 * Lambda provides, and Node's http by way of functions/node-http.cjs, which loads faster too. Paths are relative to the
 * project. The same sources give the same bytes, and so the same asset hash.
 * Refusals: throws esbuild's errors, naming file and line.
 */
export function bundleFunctions(entries: readonly string[], project: string, directory: string): Bundles {
  rmSync(directory, { recursive: true, force: true });
  const folders = new Map(entries.map((entry) => [entry, join(directory, folderOf(entry))]));
  buildSync({
    absWorkingDir: project,
    entryPoints: entries.map((entry) => ({ in: entry, out: `${folderOf(entry)}/index` })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { 'node:http': './functions/node-http.cjs', http: './functions/node-http.cjs' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return {
    codeOf(entry) {
      const folder = folders.get(entry);
      if (folder === undefined) throw new Error(`${entry} was not bundled`);
      return Code.fromAsset(folder);
    },
  };
}

/** Stands in for the bundles where only the template matters, as in most tests: no esbuild, no assets. */
export function withoutBundles(): Bundles {
  return {
    codeOf: (entry) => Code.fromInline(`// ${entry}`),
  };
}
