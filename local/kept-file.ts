import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isList, type Json, parseJson, tryParseJson } from './json.ts';

/** Writes a file so that a run ended half-way leaves either the old or the new one. */
function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Reads a JSON file, or answers undefined when there is none. */
export function readKept(file: string): Json | undefined {
  return existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : undefined;
}

/** Writes a JSON file so that a run ended half-way leaves either the old or the new one. */
export function writeKept(file: string, value: Json): void {
  replaceFile(file, JSON.stringify(value));
}

/** Entries by id that outlive the run: what is accepted must not be lost when the run is ended half-way. */
export interface Journal {
  /** The entries that nobody removed, in the order they came; at first those of the last run. */
  readonly entries: ReadonlyMap<string, Json>;
  put(id: string, value: Json): void;
  remove(id: string): void;
}

/** Acts appended before the file is written anew with what is left, at the least. */
const LEAST_ACTS = 10_000;

function readActs(file: string): Map<string, Json> {
  const entries = new Map<string, Json>();
  if (!existsSync(file)) return entries;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    // The last line may be half written.
    const act = tryParseJson(line);
    const [id, value] = isList(act) ? act : [];
    if (typeof id !== 'string') continue;
    if (value === undefined) entries.delete(id);
    else entries.set(id, value);
  }
  return entries;
}

/** Opens a journal (one line an act, appended); without a file it only keeps what is put in memory. */
export function openJournal(file: string | undefined): Journal {
  const entries = file === undefined ? new Map<string, Json>() : readActs(file);
  let acts = 0;

  function compact(): void {
    if (file !== undefined) replaceFile(file, [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    acts = 0;
  }

  function append(act: Json): void {
    if (file === undefined) return;
    appendFileSync(file, `${JSON.stringify(act)}\n`);
    acts += 1;
    if (acts > Math.max(LEAST_ACTS, 4 * entries.size)) compact();
  }

  compact();
  return {
    entries,
    put(id, value) {
      entries.set(id, value);
      append([id, value]);
    },
    remove(id) {
      if (entries.delete(id)) append([id]);
    },
  };
}
