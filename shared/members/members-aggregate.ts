import { defineAggregate } from '../aggregate.ts';
import { memberSchema } from './member.ts';
import { eventsOfMember, restateMember } from './members-events.ts';

/** How the relay and the sweep know a member. Members are read where they stand; they have no views. */
export const memberAggregate = defineAggregate({
  noun: 'ORGANISATION',
  sk: 'MEMBER',
  schema: memberSchema,
  eventsOf: eventsOfMember,
  viewsOf: () => [],
  restate: restateMember,
});
