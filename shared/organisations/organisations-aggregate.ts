import { defineAggregate } from '../aggregate.ts';
import { organisationSchema } from './organisation.ts';
import { eventsOfOrganisation, restateOrganisation } from './organisations-events.ts';
import { viewsOfOrganisation } from './organisations-views.ts';

/** How the relay and the sweep know an organisation. */
export const organisationAggregate = defineAggregate({
  noun: 'ORGANISATION',
  sk: 'ORGANISATION',
  schema: organisationSchema,
  eventsOf: eventsOfOrganisation,
  viewsOf: viewsOfOrganisation,
  restate: restateOrganisation,
});
