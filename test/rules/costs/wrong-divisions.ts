import { shareOut, type Charge, type Terms } from '../../../shared/costs/share-out.ts';
import { vatOn } from '../../../shared/costs/vat.ts';
import { exactShares } from './check-shares.ts';
import type { Division } from './try-splits.ts';

/** Shares as they should be but for the net amounts. */
function withNets(netsOf: (terms: Terms, charges: readonly Charge[]) => ReadonlyMap<string, number>): Division {
  return (terms, charges) => {
    const nets = netsOf(terms, charges);
    return shareOut(terms, charges).map((share) => {
      const net = nets.get(share.organisation) ?? 0;
      return { ...share, net, vat: vatOn(net, share.treatment, terms.day) };
    });
  };
}

/** Two ways to divide a cost that come to mind first, and are wrong: the checker of splits has to find them out. */
export const wrongDivisions = {
  'rounding each by itself': withNets((terms, charges) => {
    const exact = exactShares(terms, charges);
    return new Map([...exact].map(([key, share]) => [key, Math.round(Number(share.of) / Number(share.in)) || 0]));
  }),
  'giving the first what is left': withNets((terms, charges) => {
    const exact = exactShares(terms, charges);
    const nets = new Map([...exact].map(([key, share]) => [key, Number(share.of / share.in)]));
    const left = [...nets.values()].reduce((so, net) => so - net, terms.shared);
    const first = charges[0]?.organisation ?? terms.host;
    return nets.set(first, (nets.get(first) ?? 0) + left);
  }),
} satisfies Record<string, Division>;
