import { organisationOf, type Context } from '../context.ts';
import type { Target } from '../operation.ts';
import type { Table } from '../table/table.ts';
import type { Succession } from './succession.ts';
import { readSuccession } from './successions-items.ts';

/** More organisations than ever succeed one another in a row. */
const mostInARow = 20;

/** The succession of an organisation, for the two that it is about. */
export async function findSuccession(
  context: Context,
  input: { readonly organisation: string },
): Promise<Target<Succession> | undefined> {
  const succession = await readSuccession(context.table, input.organisation);
  if (succession === undefined) return undefined;
  const acting = organisationOf(context.actor);
  const others = succession.successor === acting ? 'partner' : 'other';
  return { relation: succession.organisation === acting ? 'own' : others, subject: succession };
}

/** The same, as what was offered to the successor: its alone to accept. */
export async function findOfferedSuccession(
  context: Context,
  input: { readonly organisation: string },
): Promise<Target<Succession> | undefined> {
  const target = await findSuccession(context, input);
  return target && { ...target, relation: target.relation === 'partner' ? 'own' : 'other' };
}

/** Who takes things on for a successor: itself or, when it was succeeded meanwhile, its own successor, and so on. */
export async function findHeir(table: Table, successor: string): Promise<string> {
  let heir = successor;
  for (let step = 0; step < mostInARow; step += 1) {
    const next = await readSuccession(table, heir);
    if (next?.status !== 'passing' && next?.status !== 'done') return heir;
    heir = next.successor;
  }
  throw new Error(`The organisations after ${successor} succeed each other without end`);
}
