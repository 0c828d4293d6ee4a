import { defineAggregate } from '../aggregate.ts';
import { ledgerSchema } from './ledger.ts';
import { eventsOfLedger, restateLedger } from './places-events.ts';
import { viewsOfLedger } from './places-views.ts';

/** How the relay and the sweep know a cohort's ledger. */
export const ledgerAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'LEDGER',
  besides: 'COHORT',
  schema: ledgerSchema,
  eventsOf: eventsOfLedger,
  viewsOf: viewsOfLedger,
  restate: restateLedger,
});
