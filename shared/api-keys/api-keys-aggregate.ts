import { defineAggregate } from '../aggregate.ts';
import { apiKeySchema } from './api-key.ts';
import { eventsOfApiKey, restateApiKey } from './api-keys-events.ts';

/** How the relay and the sweep know an API key. Keys are found through an index; they have no views. */
export const apiKeyAggregate = defineAggregate({
  noun: 'API-KEY',
  sk: 'API-KEY',
  schema: apiKeySchema,
  eventsOf: eventsOfApiKey,
  viewsOf: () => [],
  restate: restateApiKey,
});
