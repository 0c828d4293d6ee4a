import * as z from 'zod';
import { defineEvent, type Announcement, type Audience } from '../events/define-event.ts';
import type { Programme } from './programme.ts';

const facts = z.object({
  programme: z.string().describe('The id of the programme'),
  host: z.string().describe('The organisation that offers it'),
});
const example = { programme: 'prg_0123456789ab', host: 'org_0123456' };

const programmeCreated = defineEvent({
  type: 'programme.created',
  version: 1,
  summary: 'A programme was drafted. Told to its host.',
  data: facts,
  example,
});

const programmeUpdated = defineEvent({
  type: 'programme.updated',
  version: 1,
  summary: 'A draft programme was changed. Told to its host.',
  data: facts,
  example,
});

const programmePublished = defineEvent({
  type: 'programme.published',
  version: 1,
  summary: 'A programme can be seen from now on. Told to all, or to its host and its named partners.',
  data: facts,
  example,
});

const programmeRestated = defineEvent({
  type: 'programme.restated',
  version: 1,
  summary: 'The present state of a programme, when what happened could not be told. Told to all who may see it.',
  data: facts.extend({ status: z.enum(['draft', 'published']) }),
  example: { ...example, status: 'published' as const },
});

export const programmeEvents = [programmeCreated, programmeUpdated, programmePublished, programmeRestated];

/** What happened to a programme. */
export function eventsOfProgramme(before: Programme | undefined, after: Programme): readonly Announcement[] {
  if (before?.version === after.version) return [];
  const data = { programme: after.id, host: after.host };
  switch (after.change.type) {
    case 'created':
      return [programmeCreated.announce(data, [after.host])];
    case 'updated':
      return [programmeUpdated.announce(data, [after.host])];
    case 'published':
      return [programmePublished.announce(data, audienceOf(after))];
    default:
      return [];
  }
}

/** The present state of a programme. */
export function restateProgramme(after: Programme): readonly Announcement[] {
  return [
    programmeRestated.announce({ programme: after.id, host: after.host, status: after.status }, audienceOf(after)),
  ];
}

function audienceOf({ host, status, sharedWith }: Programme): Audience {
  if (status === 'draft') return [host];
  return sharedWith === 'all' ? 'all' : [host, ...sharedWith];
}
