import type { Context } from '../context.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import { findHeirs } from '../successions/find-heirs.ts';
import type { Netting } from './netting.ts';
import { readNetting } from './nettings-items.ts';

/**
 * A netting agreement, and for which of those who are or were its members the organisation acted for acts: for itself,
 * and for whom it has succeeded.
 */
export interface FoundNetting {
  readonly netting: Netting;
  readonly actsFor: readonly string[];
}

/**
 * The agreement that an operation is about: there only for those who are, or were, its members, and for their
 * successors.
 */
export async function findNetting(
  context: Context,
  input: { readonly netting: string },
): Promise<Target<FoundNetting> | undefined> {
  const netting = await readNetting(context.table, input.netting);
  if (netting === undefined) return undefined;
  const acting = actingOrganisation(context);
  const all = [...netting.members, ...netting.left];
  const heirs = await findHeirs(context.table, all);
  const actsFor = all.filter((member) => member === acting || heirs.get(member) === acting);
  return { relation: actsFor.length > 0 ? 'own' : 'other', subject: { netting, actsFor } };
}
