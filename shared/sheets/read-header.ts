/** A column that a sheet may have; one that is `required` it must have. */
export interface Column {
  readonly name: string;
  readonly required: boolean;
}

/**
 * Which column stands where, by the names in a header; or what is wrong with it: a name that is unknown, there twice or
 * missing, told as it was written.
 */
export function readHeader(
  cells: readonly string[],
  columns: readonly Column[],
): { readonly names: readonly string[] } | { readonly mistake: string } {
  const byName = new Map(columns.map(({ name }) => [plain(name), name]));
  const used = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
  const nameless = used.indexOf('');
  if (nameless >= 0) return { mistake: `Column ${String(nameless + 1)} has no name` };
  const unknown = used.filter((cell) => !byName.has(plain(cell)));
  if (unknown.length > 0) {
    const known = columns.map(({ name }) => name).join(', ');
    return { mistake: `There is no column ${listed(unknown)}; the columns are ${known}` };
  }
  const names = used.map((cell) => byName.get(plain(cell)) ?? '');
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) return { mistake: `There is more than one column ${listed(twice)}` };
  const missing = columns.filter(({ name, required }) => required && !names.includes(name));
  if (missing.length > 0) return { mistake: `A column is missing: ${listed(missing.map(({ name }) => name))}` };
  return { names };
}

/** "Staff group", "staff-group" and "staffGroup" are one name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** A few names as they were written, none longer than a name would be. */
function listed(names: readonly string[]): string {
  const few = names.slice(0, 5).map((name) => `"${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`);
  return few.join(', ') + (names.length > few.length ? ` and ${String(names.length - few.length)} more` : '');
}
