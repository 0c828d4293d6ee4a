/** A list that is taken in: by what its own writes are known, and since when they can have been. */
export interface TakenList {
  readonly id: string;
  readonly startedAt: string;
}

/**
 * Whether a record was written by somebody else since the list was begun. They knew better: a list that was cut off, and is
 * gone on with days later, leaves alone what was done meanwhile. Its own writes have its id before a full stop.
 */
export function isOvertaken(list: TakenList, written: { readonly at: string; readonly request?: string | undefined }) {
  return written.at > list.startedAt && written.request?.startsWith(`${list.id}.`) !== true;
}
