import { standingOf, type Ledger } from '../places/ledger.ts';
import type { RuleProposal } from './cost-plan.ts';

/** The organisations beside the host that have to agree to another rule: those that have a confirmed place. */
export function partiesOf(ledger: Ledger): Set<string> {
  return new Set(
    standingOf(ledger)
      .confirmed.map(({ organisation }) => organisation)
      .filter((one) => one !== ledger.host),
  );
}

/** Who is told of another rule beside the host: whoever has a place, or waits for one. */
export function toldOf(ledger: Ledger): string[] {
  const { confirmed, waiting } = standingOf(ledger);
  const all = new Set([...confirmed, ...waiting].map(({ organisation }) => organisation));
  all.delete(ledger.host);
  return [...all].toSorted();
}

/** Whether all who have a place at this moment have agreed to exactly this proposal, the host by proposing it. */
export function isAgreedBy(proposal: RuleProposal, ledger: Ledger): boolean {
  return [...partiesOf(ledger)].every((organisation) => proposal.agreed.includes(organisation));
}
