import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { standingOf, type Ledger } from '../places/ledger.ts';
import { findHeirs } from '../successions/find-heirs.ts';
import type { CostPlan, RuleProposal } from './cost-plan.ts';
import { findCharges } from './find-charges.ts';

/** Who has to agree to another rule, beside the host; and the ledger by which that was found. */
export interface Agreeing {
  readonly ledger: Ledger;
  readonly parties: ReadonlySet<string>;
}

/**
 * Who has to agree to another rule for the cost of a cohort: whoever has a confirmed place, or owes for one that it gave back
 * or lost late, since by another rule it would owe something else; a successor instead of whom it succeeded. Of places that
 * were given up in the last seconds it is not known yet what is owed for them: whoever gave one up is asked.
 *
 * Refuses `cohort.not-open` for a draft, `cohort.already-ended` when it is cancelled, and `request.busy` in the seconds after
 * the first plan of a cohort was made in which somebody has given up a place.
 */
export async function findAgreeing({ table }: Context, { cohort, host }: CostPlan): Promise<Agreeing> {
  const ledger = await findLedger(table, cohort);
  if (ledger === undefined) throw refusal('cohort.not-open');
  if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
  const recorded = await findCharges(table, { id: cohort, host });
  if (recorded.charges === undefined && hasLost(ledger)) throw refusal('request.busy');
  const owing = (recorded.charges ?? []).filter(({ percent }) => percent > 0).map(({ organisation }) => organisation);
  const unknown = recorded.ledger < ledger.version ? gaveUp(ledger) : [];
  const heirs = await findHeirs(table, [...new Set([...owing, ...unknown])]);
  const parties = new Set([...holdersOn(ledger), ...heirs.values()]);
  parties.delete(host);
  return { ledger, parties };
}

function holdersOn(ledger: Ledger): string[] {
  return standingOf(ledger).confirmed.map(({ organisation }) => organisation);
}

/** Whether a ticket was given that neither holds a place nor waits. */
function hasLost(ledger: Ledger): boolean {
  const { confirmed, waiting } = standingOf(ledger);
  return confirmed.length + waiting.length < ledger.next - 1;
}

/** Who gave up, within a day, a place or a wait: a ledger keeps them that long. */
function gaveUp({ entries }: Ledger): string[] {
  return Object.entries(entries).flatMap(([key, ticket]) => (ticket < 0 ? [`org_${key.slice(0, 7)}`] : []));
}

/** Who is told of another rule beside the host: whoever has a place or waits for one, and who owes for one. */
export function toldOf({ ledger, parties }: Agreeing): string[] {
  const waiting = standingOf(ledger).waiting.map(({ organisation }) => organisation);
  const all = new Set([...parties, ...waiting]);
  all.delete(ledger.host);
  return [...all].toSorted();
}

/** Whether all who have to have agreed to exactly this proposal, the host by proposing it. */
export function isAgreedBy(proposal: RuleProposal, { parties }: Agreeing): boolean {
  return [...parties].every((organisation) => proposal.agreed.includes(organisation));
}
