import { defineAggregate } from '../aggregate.ts';
import { statementSchema } from './statement.ts';
import { eventsOfStatement, restateStatement } from './statements-events.ts';
import { viewsOfStatement } from './statements-views.ts';

/** How the relay and the sweep know a statement. */
export const statementAggregate = defineAggregate({
  noun: 'STATEMENT',
  sk: 'STATEMENT',
  schema: statementSchema,
  eventsOf: eventsOfStatement,
  viewsOf: viewsOfStatement,
  restate: restateStatement,
});
