import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the local run says what happens: `line` for its own words, `output` for what a Lambda prints. */
export interface Log {
  /** One line by the local run itself about one of its parts ("streams", "bus", a Lambda's logical id). */
  line(part: string, text: string): void;
  /** Text printed by a Lambda, kept apart: it is long and seldom wanted on the screen. */
  output(lambda: string, text: string): void;
}

/** Writes lines to the screen and what Lambdas print to `<folder>/<lambda>.log`. */
export function createLog(folder: string): Log {
  mkdirSync(folder, { recursive: true });
  return {
    line: (part, text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${part}: ${text}\n`),
    output: (lambda, text) => appendFileSync(join(folder, `${lambda}.log`), text),
  };
}

/** A log that keeps its lines in memory, for tests that look at them. */
export function createMemoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    line: (part, text) => void lines.push(`${part}: ${text}`),
    output: (lambda, text) => void lines.push(`${lambda}| ${text.trimEnd()}`),
  };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
