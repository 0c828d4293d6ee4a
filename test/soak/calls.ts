/** What somebody asked for. */
export type Request =
  | {
      readonly kind: 'claim';
      /** As it stands in the ledger. */
      readonly key: string;
      readonly quantity: number;
      readonly allOrNothing: boolean;
      readonly limit: number;
      /** The last day on which it would wait. */
      readonly confirmUntil?: string | undefined;
    }
  | { readonly kind: 'give-back'; readonly tickets: readonly number[] }
  | { readonly kind: 'capacity'; readonly capacity: number }
  | { readonly kind: 'status'; readonly status: 'closed' | 'cancelled' }
  | { readonly kind: 'name' | 'unname'; readonly ticket: number }
  | { readonly kind: 'allocate'; readonly order: readonly number[] };

/** What came of it: an answer, or the code of a refusal. */
export type Reply = { readonly answer: Answer } | { readonly refused: string };

/** A place as its holder is told of it. */
export interface ToldPlace {
  readonly ticket: number;
  readonly state: string;
  readonly position?: number | undefined;
  readonly confirmUntil?: string | undefined;
  readonly held?: boolean | undefined;
  readonly heldUntil?: string | undefined;
  readonly named?: boolean | undefined;
}

export interface Answer {
  readonly places?: readonly ToldPlace[];
  readonly capacity?: number;
  readonly confirmed?: number;
  readonly free?: number;
  readonly waiting?: number;
  readonly order?: readonly number[] | undefined;
}

export interface Call {
  readonly cohort: string;
  readonly organisation: string;
  readonly request: Request;
  readonly reply: Reply;
  /** The newest version that anybody had seen when the call began, and that the call itself has seen; 0 for none. */
  readonly from: number;
  readonly to: number;
  /** Whether the same request was sent before, under the same key. */
  readonly again?: boolean;
  /** For what was never sent before: the highest ticket that anybody had been answered when the call began. */
  readonly above?: number;
  /** The instant at which the call was answered. */
  readonly at: Date;
}
