import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import { readUpTo } from '../paging.ts';
import type { Table } from '../table/table.ts';
import type { Programme } from './programme.ts';
import { readProgramme } from './programmes-items.ts';
import { hostedProgrammesSource, programmeOfLine, readRestrictedProgrammes } from './programmes-views.ts';
import { relationToShared } from './relation-to-shared.ts';

/** The programme that an operation is about, and how the actor's organisation stands to it. A draft is its host's alone. */
export async function findVisibleProgramme(
  context: Context,
  input: { readonly programme: string },
): Promise<Target<Programme> | undefined> {
  const programme = await readProgramme(context.table, input.programme);
  if (programme === undefined) return undefined;
  const relation = relationToShared(programme, organisationOf(context.actor));
  return { relation: programme.status === 'draft' && relation !== 'own' ? 'other' : relation, subject: programme };
}

/** The ids of published programmes that an organisation sees because it is named, or hosts them so; at most `limit`. */
export async function findRestrictedProgrammes(table: Table, organisation: string, limit: number): Promise<string[]> {
  return await readRestrictedProgrammes(table, organisation, limit);
}

/** The most programmes of one host that are looked through. */
const mostHosted = 500;

/** The programmes that a host offers or offered, drafts too, at most 500; and whether those are all. It may lag some seconds. */
export async function findHostedProgrammes(table: Table, host: string) {
  const { rows, isAll } = await readUpTo(hostedProgrammesSource(table, host), ({ sk }) => sk, mostHosted);
  return { rows: rows.map((line) => ({ id: programmeOfLine(line), title: line.title, skills: line.skills })), isAll };
}
