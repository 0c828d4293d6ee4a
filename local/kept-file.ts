import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Json, parseJson, tryParseJson } from './json.ts';

/** Reads a JSON file, or answers undefined when there is none. */
export function readKept(file: string): Json | undefined {
  return existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : undefined;
}

/** Writes a JSON file so that a run ended half-way leaves either the old or the new one. */
export function writeKept(file: string, value: Json): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(value));
  renameSync(`${file}.new`, file);
}

/** Entries by id that outlive the run: what is accepted must not be lost when the run is ended half-way. */
export interface Journal {
  /** The entries of the last run that nobody removed, in the order they came. */
  readonly entries: ReadonlyMap<string, Json>;
  put(id: string, value: Json): void;
  remove(id: string): void;
}

/** Opens a journal (one line an act, appended); without a file it only keeps what is put in memory. */
export function openJournal(file: string | undefined): Journal {
  const entries = new Map<string, Json>();
  if (file !== undefined && existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // The last line may be half written.
      const act = tryParseJson(line === '' ? '[]' : line);
      if (!Array.isArray(act) || typeof act[0] !== 'string') continue;
      if (act.length > 1) entries.set(act[0], act[1]);
      else entries.delete(act[0]);
    }
    writeFileSync(file, [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  } else if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const append = (act: Json) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(act)}\n`);
  };
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
