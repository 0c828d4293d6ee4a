import type { AggregateDefinition } from './aggregate.ts';
import { ledgerAggregate } from './places/places-aggregate.ts';

/** Every kind of aggregate. The relay and the sweep read this list; a new noun adds its line. */
export const aggregates: readonly AggregateDefinition[] = [ledgerAggregate];

/** The kind of aggregate that an item is, by its key; undefined when it is none. */
export function aggregateOf(key: { readonly pk: string; readonly sk: string }): AggregateDefinition | undefined {
  const [noun] = key.pk.split('#');
  const [kind] = key.sk.split('#');
  return aggregates.find((definition) => definition.noun === noun && definition.sk === kind);
}
