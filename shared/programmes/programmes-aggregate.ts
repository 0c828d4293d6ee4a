import { defineAggregate } from '../aggregate.ts';
import { programmeSchema } from './programme.ts';
import { eventsOfProgramme, restateProgramme } from './programmes-events.ts';
import { viewsOfProgramme } from './programmes-views.ts';

/** How the relay and the sweep know a programme. */
export const programmeAggregate = defineAggregate({
  noun: 'PROGRAMME',
  sk: 'PROGRAMME',
  schema: programmeSchema,
  eventsOf: eventsOfProgramme,
  viewsOf: viewsOfProgramme,
  restate: restateProgramme,
});
