import { defineAggregate } from '../aggregate.ts';
import { eventsOfLedger, restateLedger } from './ledger-events.ts';
import { ledgerSchema } from './ledger.ts';
import { viewsOfLedger } from './places-views.ts';

/** Above 1 KB a decision costs two write units; from here on somebody should know why a ledger grows (bytes). */
const largeFrom = 1536;

/** How the relay and the sweep know a cohort's ledger. */
export const ledgerAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'LEDGER',
  besides: 'COHORT',
  largeFrom,
  schema: ledgerSchema,
  eventsOf: eventsOfLedger,
  viewsOf: viewsOfLedger,
  restate: restateLedger,
});
