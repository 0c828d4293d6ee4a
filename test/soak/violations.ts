/** What a history may have done wrong. */
export type ViolationKind =
  | 'oversold'
  | 'duplicate-ticket'
  | 'out-of-order'
  | 'unfair-promotion'
  | 'returned-to-giver'
  | 'given-back-twice'
  | 'lost-ticket'
  | 'duplicate-claim'
  | 'applied-twice'
  | 'claimed-when-closed'
  | 'foreign-claim'
  | 'miscounted'
  | 'over-limit'
  | 'lapsed-wrongly'
  | 'lost-date'
  | 'lost-name'
  | 'foreign-name'
  | 'lost-place'
  | 'reminded-wrongly'
  | 'reminded-twice'
  | 'released-unreminded'
  | 'released-early'
  | 'allocated-wrongly'
  | 'reordered'
  | 'foreign-give-back'
  | 'compacted-early'
  | 'lost-version'
  | 'broken-promise'
  | 'unjustified-refusal'
  | 'lost-event'
  | 'never-restated'
  | 'invented-event'
  | 'foreign-event'
  | 'skipped-entry'
  | 'feed-gap'
  | 'stale-view'
  | 'fault';

interface Violation {
  readonly kind: ViolationKind;
  /** Where: a cohort and the version of its ledger, or a feed and a position. */
  readonly where: string;
  readonly what: string;
}

/** Takes note of violations; the first few of each kind are kept whole, the others counted. */
export interface Violations {
  add(kind: ViolationKind, where: string, what: string): void;
  readonly counts: Readonly<Partial<Record<ViolationKind, number>>>;
  readonly examples: readonly Violation[];
}

/** How many violations of one kind are kept whole. */
const keptExamples = 5;

export function noteViolations(): Violations {
  const counts: Partial<Record<ViolationKind, number>> = {};
  const examples: Violation[] = [];
  return {
    counts,
    examples,
    add(kind, where, what) {
      const count = (counts[kind] ?? 0) + 1;
      counts[kind] = count;
      if (count <= keptExamples) examples.push({ kind, where, what });
    },
  };
}
