import { defineAggregate } from '../aggregate.ts';
import { placeRecordSchema } from './place-record.ts';
import { eventsOfPlaceRecord, restatePlaceRecord } from './place-records-events.ts';
import { viewsOfPlaceRecord } from './place-records-views.ts';

/** How the relay and the sweep know what is noted about a place beside the ledger. */
export const placeRecordAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'PLACE',
  schema: placeRecordSchema,
  eventsOf: eventsOfPlaceRecord,
  viewsOf: viewsOfPlaceRecord,
  restate: restatePlaceRecord,
});
