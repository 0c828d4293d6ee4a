import { createHash } from 'node:crypto';
import type { StatementLine } from './statement-line.ts';

/**
 * The hash that fixes a statement: the SHA-256, in hexadecimal digits, of the UTF-8 of a JSON array of its lines as
 * `list-statement-lines` answers them, in the order of their ids, written as RFC 8785 has it: the members of each object sorted
 * by name, nothing between the tokens. Texts here are ids, codes and dates, and numbers are whole, so that
 * `jq -cjSs '[.[].items[]]'` over the answers of all pages, in their order, gives the same bytes.
 */
export function hashOfLines(lines: readonly StatementLine[]): string {
  const hash = createHash('sha256').update('[');
  for (const [index, line] of lines.entries()) hash.update(`${index === 0 ? '' : ','}${canonical(line)}`);
  return hash.update(']').digest('hex');
}

function canonical(line: StatementLine): string {
  const members = Object.entries(line)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}
