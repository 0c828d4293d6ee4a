import type { Context } from '../context.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import { findHeirs } from '../successions/find-heirs.ts';
import { organisationsOf, shownStatusOf, type Settlement } from './settlement.ts';
import { readSettlement } from './settlements-items.ts';

/** A settlement, and for which of its organisations the one acted for acts: itself, and those that it has succeeded. */
export interface FoundSettlement {
  readonly settlement: Settlement;
  readonly actsFor: readonly string[];
}

/**
 * The settlement that an operation is about: there only for those whom it concerns, for their successors, and for who
 * proposed it. While it is prepared, and when it was abandoned, there is none.
 */
export async function findSettlement(
  context: Context,
  input: { readonly settlement: string },
): Promise<Target<FoundSettlement> | undefined> {
  const settlement = await readSettlement(context.table, input.settlement);
  if (settlement === undefined || shownStatusOf(settlement) === undefined) return undefined;
  const acting = actingOrganisation(context);
  const concerned = organisationsOf(settlement);
  const heirs = await findHeirs(context.table, concerned);
  const isProposer = settlement.proposer === acting;
  const actsFor = concerned.filter((organisation) => organisation === acting || heirs.get(organisation) === acting);
  return { relation: actsFor.length > 0 || isProposer ? 'own' : 'other', subject: { settlement, actsFor } };
}
