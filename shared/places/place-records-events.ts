import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { attendanceOf, attendances, completionOf, withdrawals } from './attendance.ts';
import type { PlaceRecord } from './place-record.ts';

const place = z.object({
  cohort: z.string().describe('The id of the cohort'),
  organisation: z.string().describe('Whose place it is'),
  ticket: z.int().describe('The place, by its ticket'),
});
const example = { cohort: 'coh_0123456789ab', organisation: 'org_abcdefg', ticket: 7 };
const toHolderAndHost = 'Told to the organisation and to the host.';

const personReplaced = defineEvent({
  type: 'place.person-replaced',
  version: 1,
  summary: `Another person than before is named on a place; who, is told to nobody. ${toHolderAndHost}`,
  data: place,
  example,
});
const lateNamingAllowed = defineEvent({
  type: 'place.late-naming-allowed',
  version: 1,
  summary: `The host agrees that the name on a place is changed after the freeze date. ${toHolderAndHost}`,
  data: place.extend({ until: z.iso.datetime().describe('Until when') }),
  example: { ...example, until: '2027-09-13T23:00:00.000Z' },
});
const exceptionMade = defineEvent({
  type: 'place.exception-made',
  version: 1,
  summary: `The host takes a person on this place who is not eligible otherwise. ${toHolderAndHost}`,
  data: place,
  example,
});
const attended = z.object({
  session: z.string().describe('The session, by its id within the cohort'),
  attendance: z.enum(attendances),
});
const placeAttended = defineEvent({
  type: 'place.attended',
  version: 1,
  summary: `How a session was attended by who is named on a place, or that it was noted otherwise before. ${toHolderAndHost}`,
  data: place.extend(attended.shape),
  example: { ...example, session: '1-1', attendance: 'full' as const },
  readBy: 'list-cohort-attendance',
});
const placeCompleted = defineEvent({
  type: 'place.completed',
  version: 1,
  summary: `Who is named on a place has completed the cohort, or did so on another day than was told. ${toHolderAndHost}`,
  data: place.extend({ completedOn: z.iso.date() }),
  example: { ...example, completedOn: '2027-09-14' },
  readBy: 'list-cohort-attendance',
});
const completionWithdrawn = defineEvent({
  type: 'place.completion-withdrawn',
  version: 1,
  summary: `The completion of a place does not count any more. ${toHolderAndHost}`,
  data: place.extend({ reason: z.enum(withdrawals) }),
  example: { ...example, reason: 'by-mistake' as const },
  readBy: 'list-cohort-attendance',
});
const recordRestated = defineEvent({
  type: 'place.record-restated',
  version: 1,
  summary: `What the host allowed and noted on a place, told anew because events were lost. ${toHolderAndHost}`,
  data: place.extend({
    lateUntil: z.iso.datetime().optional(),
    exceptionMade: z.boolean(),
    attended: z.array(attended).optional().describe('What is noted of the sessions'),
    completedOn: z.iso.date().optional(),
  }),
  example: { ...example, exceptionMade: false },
});

export const placeRecordEvents = [
  personReplaced,
  lateNamingAllowed,
  exceptionMade,
  placeAttended,
  placeCompleted,
  completionWithdrawn,
  recordRestated,
];

/** What the change of an attendance says beside its type. */
const attendedChange = attended.extend({ type: z.literal('attended') });

/** What happened to what is known of a place. That somebody is named, or not any more, is told by the ledger. */
export function eventsOfPlaceRecord(_before: PlaceRecord | undefined, after: PlaceRecord): readonly Announcement[] {
  const audience = audienceOf(after);
  switch (after.change.type) {
    case 'person-replaced':
      return [personReplaced.announce(placeOf(after), audience)];
    case 'late-naming-allowed':
      return after.lateUntil === undefined
        ? []
        : [lateNamingAllowed.announce({ ...placeOf(after), until: after.lateUntil }, audience)];
    case 'exception-made':
      return [exceptionMade.announce(placeOf(after), audience)];
    case 'attended': {
      const { session, attendance } = attendedChange.parse(after.change);
      return [placeAttended.announce({ ...placeOf(after), session, attendance }, audience)];
    }
    case 'completed':
      return after.completed?.on === undefined
        ? []
        : [placeCompleted.announce({ ...placeOf(after), completedOn: after.completed.on }, audience)];
    case 'completion-withdrawn':
      return after.completed?.withdrawn === undefined
        ? []
        : [completionWithdrawn.announce({ ...placeOf(after), reason: after.completed.withdrawn }, audience)];
    default:
      return [];
  }
}

/** What the host allowed on a place at present, and how the person who is named took part. */
export function restatePlaceRecord(after: PlaceRecord): readonly Announcement[] {
  const { lateUntil, exception } = after;
  const sessions = [...attendanceOf(after)].map(([session, { attendance }]) => ({ session, attendance }));
  const data = {
    ...placeOf(after),
    lateUntil,
    exceptionMade: exception !== undefined,
    ...(sessions.length === 0 ? {} : { attended: sessions }),
    completedOn: completionOf(after)?.on,
  };
  return [recordRestated.announce(data, audienceOf(after))];
}

function placeOf({ cohort, organisation, ticket }: PlaceRecord) {
  return { cohort, organisation, ticket };
}

function audienceOf({ organisation, host }: PlaceRecord): string[] {
  return [...new Set([organisation, host])];
}
