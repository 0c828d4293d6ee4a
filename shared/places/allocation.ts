import type { Cohort } from '../cohorts/cohort.ts';
import { digest } from '../ids.ts';
import type { Organisation } from '../organisations/organisation.ts';
import { standingOf, type Entry, type Ledger } from './ledger.ts';

/** A place in the order that is proposed, and what put it there. */
export interface ProposedPlace {
  readonly ticket: number;
  readonly organisation: string;
  /** Which of its organisation's places it is, from 1: all the first ones come before any second one. */
  readonly turn: number;
  /** Where its organisation's kind stands among the priorities, from 1; those that are none of them come last. */
  readonly priority: number;
}

/** The claims that count alike: those that wait, without those that came too late. */
export function timelyClaims(ledger: Ledger): Entry[] {
  const lateFrom = ledger.lateFrom ?? Number.POSITIVE_INFINITY;
  return standingOf(ledger).waiting.filter(({ ticket }) => ticket < lateFrom);
}

/**
 * The order that follows from the claims, the method and the seed alone, whoever works it out and whenever: first by
 * priority (one for all when there are none), in it by turn, one place each, and among those of one turn by the digest of
 * the seed and the organisation, which nobody could know before the cohort opened. So when a claim came makes no
 * difference, but for the order of an organisation's own places.
 */
export function proposeOrder(
  claims: readonly Pick<Entry, 'ticket' | 'organisation'>[],
  { allocation, seed = '' }: Pick<Cohort, 'allocation' | 'seed'>,
  kinds: ReadonlyMap<string, Organisation['kind']>,
): ProposedPlace[] {
  const priorities = allocation?.method === 'by-priority' ? allocation.priorities : [];
  const priorityOf = (organisation: string) => {
    const kind = kinds.get(organisation);
    const place = kind === undefined ? -1 : priorities.indexOf(kind);
    return place === -1 ? priorities.length + 1 : place + 1;
  };
  const lot = new Map(claims.map(({ organisation }) => [organisation, digest(seed, organisation)]));
  const lotOf = (organisation: string) => lot.get(organisation) ?? '';
  const perOrganisation = Map.groupBy(claims, ({ organisation }) => organisation);
  const places = [...perOrganisation].flatMap(([organisation, own]) =>
    own
      .toSorted((one, other) => one.ticket - other.ticket)
      .map(({ ticket }, index) => ({ ticket, organisation, turn: index + 1, priority: priorityOf(organisation) })),
  );
  return places.sort(
    (one, other) =>
      one.priority - other.priority ||
      one.turn - other.turn ||
      (lotOf(one.organisation) < lotOf(other.organisation) ? -1 : 1),
  );
}
