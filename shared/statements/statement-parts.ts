import * as z from 'zod';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import type { Organisation } from '../organisations/organisation.ts';
import type { Table } from '../table/table.ts';
import { findFixedLines } from './find-lines.ts';
import type { StatementLine } from './statement-line.ts';
import { statementId, type Statement } from './statement.ts';

/** The most lines in one file: with the longest names it stays well below what one answer may have. */
const mostInPart = 4000;
/** Cohorts are read so many at once. */
const cohortsAtOnce = 100;

/** Of which statement a file is asked for, and which part of it. */
export const partInput = z.strictObject({
  statement: statementId,
  part: z.coerce
    .number()
    .int()
    .min(1)
    .max(3)
    .default(1)
    .describe('Of a statement of more than 4,000 lines: which part, of so many lines each'),
});

/** A part of a statement with what its ids are called. */
export interface StatementPart {
  readonly statement: Statement;
  readonly lines: readonly StatementLine[];
  /** Which part of how many, and the number of its first line. */
  readonly part: number;
  readonly parts: number;
  readonly first: number;
  readonly cohorts: ReadonlyMap<string, Pick<Cohort, 'title' | 'name'>>;
  readonly organisations: ReadonlyMap<string, Pick<Organisation, 'name' | 'identifiers'>>;
}

/**
 * A part of a statement, by which a file is made. All lines are read and have to give the hash.
 * Refuses with `statement.altered`, and with `request.invalid` a part that there is not.
 */
export async function findPart(table: Table, statement: Statement, part: number): Promise<StatementPart> {
  const all = await findFixedLines(table, statement);
  const parts = Math.max(1, Math.ceil(all.length / mostInPart));
  if (part > parts) {
    const message = `It has no more than ${String(parts)}`;
    throw refusal('request.invalid', undefined, { fields: [{ field: 'part', message }] });
  }
  const start = (part - 1) * mostInPart;
  const lines = all.slice(start, start + mostInPart);
  const { creditor, debtor, issuer } = statement;
  const organisations = await findOrganisations(table, [creditor, debtor, issuer]);
  const cohorts = await findNames(table, [...new Set(lines.map(({ cohort }) => cohort))]);
  return { statement, lines, part, parts, first: start + 1, cohorts, organisations };
}

async function findNames(table: Table, ids: readonly string[]): Promise<Map<string, Cohort>> {
  const names = new Map<string, Cohort>();
  for (let start = 0; start < ids.length; start += cohortsAtOnce) {
    for (const [id, cohort] of await findCohorts(table, ids.slice(start, start + cohortsAtOnce))) names.set(id, cohort);
  }
  return names;
}

/** What the file of a part is called, but for its kind. */
export function fileNameOf({ statement, part, parts }: StatementPart): string {
  return `statement-${statement.id}${parts === 1 ? '' : `-${String(part)}`}`;
}
