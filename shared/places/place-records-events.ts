import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
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
const recordRestated = defineEvent({
  type: 'place.record-restated',
  version: 1,
  summary: `What the host allowed on a place, told anew because events were lost. ${toHolderAndHost}`,
  data: place.extend({ lateUntil: z.iso.datetime().optional(), exceptionMade: z.boolean() }),
  example: { ...example, exceptionMade: false },
});

export const placeRecordEvents = [personReplaced, lateNamingAllowed, exceptionMade, recordRestated];

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
    default:
      return [];
  }
}

/** What the host allowed on a place at present. */
export function restatePlaceRecord(after: PlaceRecord): readonly Announcement[] {
  const { lateUntil, exception } = after;
  const data = { ...placeOf(after), lateUntil, exceptionMade: exception !== undefined };
  return [recordRestated.announce(data, audienceOf(after))];
}

function placeOf({ cohort, organisation, ticket }: PlaceRecord) {
  return { cohort, organisation, ticket };
}

function audienceOf({ organisation, host }: PlaceRecord): string[] {
  return [...new Set([organisation, host])];
}
