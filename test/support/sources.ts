import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A source file of the project, with what it imports. */
export interface Source {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A path from the project's folder for a file of ours, otherwise the package's name. */
  readonly from: string;
  readonly isOwn: boolean;
  /** What stands between `import` and `from`. */
  readonly names: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every TypeScript file below these folders of the project. */
export function readSources(...folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) => filesIn(folder))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

/** What a file of this path and text imports. */
export function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(/^(?:import|export)\s+([^;]*?)\s*from\s+'([^']+)'/gms)].map(([, names = '', from = '']) => {
    const isOwn = from.startsWith('.');
    return { from: isOwn ? normalize(join(dirname(path), from)) : from, isOwn, names };
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return filesIn(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}
