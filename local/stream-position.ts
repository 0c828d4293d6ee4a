/** A place in a stream: after this record. */
export interface Position {
  readonly shard: string;
  /** Undefined = before the shard's first record. */
  readonly sequence: string | undefined;
}

const orderOf = (position: Position | undefined) => BigInt(position?.sequence ?? -1);

/** Whether a position is behind another in the stream; no position is before all. */
export function isBehind(position: Position | undefined, other: Position | undefined): boolean {
  return orderOf(position) < orderOf(other);
}

/** The later one of two positions. */
export function laterOf(left: Position | undefined, right: Position | undefined): Position | undefined {
  return isBehind(left, right) ? right : left;
}

/** The earliest of several positions; undefined when one of them is. */
export function earliestOf(positions: readonly (Position | undefined)[]): Position | undefined {
  return positions.reduce((least, position) => (isBehind(position, least) ? position : least), positions[0]);
}
