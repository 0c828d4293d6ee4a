/**
 * The one table, as data: infra builds it, the local run creates and migrates it, and a test compares it with the
 * committed definition. Both indexes are overloaded and sparse, and are there from the first day, because AWS adds one
 * index a deployment. `gsi1` carries whole thin items (deadlines, a person's memberships, an organisation's keys);
 * `gsi2` only keys, so that an aggregate can be listed without paying for the index at each change of it.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk', projection: 'ALL' },
    { name: 'gsi2', partitionKey: 'gsi2pk', sortKey: 'gsi2sk', projection: 'KEYS_ONLY' },
  ],
  timeToLive: 'expires',
  stream: 'NEW_AND_OLD_IMAGES',
} as const;

/** The name of one of the table's indexes. */
export type IndexName = (typeof tableDefinition.indexes)[number]['name'];
