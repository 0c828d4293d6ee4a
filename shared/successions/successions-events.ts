import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { successionStatuses, type Succession } from './succession.ts';

const succession = z.object({
  organisation: z.string().describe('The organisation that is to be succeeded'),
  successor: z.string().describe('The organisation that is to succeed it'),
  on: z.iso.date().describe('The first day (Europe/London) of the succession'),
});
const example = { organisation: 'org_0123456', successor: 'org_6543210', on: '2027-04-01' };
const toBoth = 'Told to the two organisations.';

const successionProposed = defineEvent({
  type: 'succession.proposed',
  version: 1,
  readBy: 'get-succession',
  summary: `An organisation proposes that another succeeds it on a day. ${toBoth}`,
  data: succession,
  example,
});
const successionAccepted = defineEvent({
  type: 'succession.accepted',
  version: 1,
  readBy: 'get-succession',
  summary: `The successor agrees: on the day, places and people pass to it. ${toBoth}`,
  data: succession,
  example,
});
const successionWithdrawn = defineEvent({
  type: 'succession.withdrawn',
  version: 1,
  readBy: 'get-succession',
  summary: `One of the two took the succession back before its day. ${toBoth}`,
  data: succession,
  example,
});
const successionRestated = defineEvent({
  type: 'succession.restated',
  version: 1,
  readBy: 'get-succession',
  summary: `How a succession stands, told anew because events were lost. ${toBoth}`,
  data: succession.extend({ status: z.enum(successionStatuses) }),
  example: { ...example, status: 'accepted' as const },
});

export const successionEvents = [successionProposed, successionAccepted, successionWithdrawn, successionRestated];

/** What happened to a succession. That it is done is told by the organisation. */
export function eventsOfSuccession(_before: Succession | undefined, after: Succession): readonly Announcement[] {
  const { organisation, successor, on } = after;
  const data = { organisation, successor, on };
  const audience = [organisation, successor];
  switch (after.change.type) {
    case 'proposed':
      return [successionProposed.announce(data, audience)];
    case 'accepted':
      return [successionAccepted.announce(data, audience)];
    case 'withdrawn':
      return [successionWithdrawn.announce(data, audience)];
    default:
      return [];
  }
}

/** How a succession stands. */
export function restateSuccession({ organisation, successor, on, status }: Succession): readonly Announcement[] {
  return [successionRestated.announce({ organisation, successor, on, status }, [organisation, successor])];
}
