import type { AggregateDefinition } from './aggregate.ts';
import { apiKeyAggregate } from './api-keys/api-keys-aggregate.ts';
import { applicationAggregate } from './applications/applications-aggregate.ts';
import { cohortAggregate } from './cohorts/cohorts-aggregate.ts';
import { costPlanAggregate } from './costs/costs-aggregate.ts';
import { sharesAggregate } from './costs/shares-aggregate.ts';
import { memberAggregate } from './members/members-aggregate.ts';
import { organisationAggregate } from './organisations/organisations-aggregate.ts';
import { placeRecordAggregate } from './places/place-records-aggregate.ts';
import { ledgerAggregate } from './places/places-aggregate.ts';
import { reversalAggregate } from './postings/reversals-aggregate.ts';
import { programmeAggregate } from './programmes/programmes-aggregate.ts';
import { nettingAggregate } from './settlements/nettings-aggregate.ts';
import { statementAggregate } from './statements/statements-aggregate.ts';
import { paymentAggregate, settlementAggregate } from './settlements/settlements-aggregate.ts';
import { successionAggregate } from './successions/successions-aggregate.ts';

/** Every kind of aggregate. The relay and the sweep read this list; a new noun adds its line. */
export const aggregates: readonly AggregateDefinition[] = [
  organisationAggregate,
  successionAggregate,
  memberAggregate,
  apiKeyAggregate,
  programmeAggregate,
  cohortAggregate,
  ledgerAggregate,
  placeRecordAggregate,
  sharesAggregate,
  applicationAggregate,
  reversalAggregate,
  costPlanAggregate,
  nettingAggregate,
  settlementAggregate,
  paymentAggregate,
  statementAggregate,
];

/** The kind of aggregate that an item is, by its key; undefined when it is none. */
export function aggregateOf(key: { readonly pk: string; readonly sk: string }): AggregateDefinition | undefined {
  const [noun] = key.pk.split('#');
  const [kind] = key.sk.split('#');
  return aggregates.find((definition) => definition.noun === noun && definition.sk === kind);
}
