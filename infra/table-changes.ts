/** One index of the table, as `shared/table/definition.ts` declares it. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projection: string;
}

/** The table's definition, as `shared/table/definition.ts` declares it and test/infra/committed-table.json keeps it. */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly IndexDefinition[];
  readonly timeToLive: string;
  readonly stream: string;
}

const sameIndex = (one: IndexDefinition, other: IndexDefinition): boolean =>
  one.partitionKey === other.partitionKey && one.sortKey === other.sortKey && one.projection === other.projection;

/** What AWS would have to do to the indexes, in words; a changed index is both removed and added. */
function indexChanges(committed: TableDefinition, current: TableDefinition): string[] {
  const matching = (index: IndexDefinition, indexes: readonly IndexDefinition[]) =>
    indexes.some((candidate) => candidate.name === index.name && sameIndex(candidate, index));
  const removed = committed.indexes.filter((index) => !matching(index, current.indexes));
  const added = current.indexes.filter((index) => !matching(index, committed.indexes));
  return [...removed.map((index) => `remove ${index.name}`), ...added.map((index) => `add ${index.name}`)];
}

/**
 * Compares the table as it stands on AWS (committed) with the table as it is now declared (current), and gives the
 * reasons why AWS could not, or must not, make the one from the other in one deployment. None: it can be deployed.
 * - The keys of the table: AWS would make a new, empty table.
 * - More than one index added or removed: AWS changes one index an update. A changed index counts as two.
 * - The attribute of time to live: AWS refuses another one within an hour of switching the first off.
 * - The stream: without both images nothing is announced.
 */
export function refuseIndexChanges(committed: TableDefinition, current: TableDefinition): readonly string[] {
  const reasons: string[] = [];
  if (committed.partitionKey !== current.partitionKey || committed.sortKey !== current.sortKey) {
    reasons.push('The keys of the table differ: AWS would replace the table by an empty one');
  }
  const changes = indexChanges(committed, current);
  if (changes.length > 1) {
    reasons.push(`AWS changes one index a deployment; this is ${String(changes.length)}: ${changes.join(', ')}`);
  }
  if (committed.timeToLive !== current.timeToLive) {
    reasons.push('The attribute of time to live differs: switch it off in one deployment and on in the next');
  }
  if (committed.stream !== current.stream) {
    reasons.push('The stream differs: what is written meanwhile would never be announced');
  }
  return reasons;
}
