import * as z from 'zod';
import { defineEvent } from '../events/define-event.ts';
import { cohortStatuses } from './ledger.ts';

const cohort = z.string().describe('The id of the cohort');
const organisation = z.string().describe('Whose places they are');
const tickets = z.array(z.int()).describe('The places, by their tickets, lowest first');
const places = z.object({ cohort, organisation, tickets });
const placesExample = { cohort: 'coh_0123456789ab', organisation: 'org_abcdefg', tickets: [7, 8] };

const toHolderAndHost = 'Told to the organisation and to the host.';
const toAudience = 'Told to those with whom the programme is shared.';
const toEachConcerned =
  'Told to all when the programme is shared with all; otherwise to the host and to those who have, or had, places there.';

export const placeClaimed = defineEvent({
  type: 'place.claimed',
  version: 1,
  summary: `An organisation claimed places; what became of them is told beside it. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeConfirmed = defineEvent({
  type: 'place.confirmed',
  version: 1,
  summary: `Places are confirmed: at once, or because somebody else's came free. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeWaiting = defineEvent({
  type: 'place.waiting',
  version: 1,
  summary: `Claimed places wait in line. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeGivenBack = defineEvent({
  type: 'place.given-back',
  version: 1,
  summary: `An organisation gave places back, confirmed or waiting. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeLapsed = defineEvent({
  type: 'place.lapsed',
  version: 1,
  summary: `The date until which waiting places were wanted has passed. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeRestated = defineEvent({
  type: 'place.restated',
  version: 1,
  summary: `What an organisation has on a cohort, told anew because events were lost. ${toHolderAndHost}`,
  data: z.object({ cohort, organisation, confirmed: tickets, waiting: tickets }),
  example: { cohort: 'coh_0123456789ab', organisation: 'org_abcdefg', confirmed: [7], waiting: [8] },
});

export const placeHeld = defineEvent({
  type: 'place.held',
  version: 1,
  summary: `Places are held for an organisation until a date: they are confirmed, and theirs to name. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
export const placeNamed = defineEvent({
  type: 'place.named',
  version: 1,
  summary: `A person is named on a place; who it is, is told to nobody. ${toHolderAndHost}`,
  data: places,
  example: { ...placesExample, tickets: [7] },
});
export const placeUnnamed = defineEvent({
  type: 'place.unnamed',
  version: 1,
  summary: `Nobody is named on a place any more. ${toHolderAndHost}`,
  data: places,
  example: { ...placesExample, tickets: [7] },
});
export const placeNamingDue = defineEvent({
  type: 'place.naming-due',
  version: 1,
  summary: `People are to be named on places by the date, or the places go to the next in line. ${toHolderAndHost}`,
  data: places.extend({ releasedAt: z.iso.datetime().describe('The first instant at which they may be released') }),
  example: { ...placesExample, releasedAt: '2027-08-17T23:00:00.000Z' },
});
export const placeReleased = defineEvent({
  type: 'place.released',
  version: 1,
  summary: `Places on which nobody was named in time went to the next in line. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});

export const placePassedOn = defineEvent({
  type: 'place.passed-on',
  version: 1,
  summary:
    'Places passed from an organisation to the one that has succeeded it; they stay what they were. Told to the two and to the host.',
  data: z.object({
    cohort,
    from: z.string().describe('Whose places they were'),
    to: z.string().describe('Whose places they are'),
    tickets,
  }),
  example: { cohort: 'coh_0123456789ab', from: 'org_abcdefg', to: 'org_0123456', tickets: [7, 8] },
});

const counts = z.object({
  cohort,
  host: z.string().describe('The host organisation'),
  capacity: z.int(),
  free: z.int(),
  waiting: z.int(),
});
const countsExample = { cohort: 'coh_0123456789ab', host: 'org_abcdefg', capacity: 20, free: 4, waiting: 0 };

export const cohortOpened = defineEvent({
  type: 'cohort.opened',
  version: 1,
  summary: `A cohort is open; claims are taken from its opening instant. ${toAudience}`,
  data: counts,
  example: countsExample,
});
export const cohortClosed = defineEvent({
  type: 'cohort.closed',
  version: 1,
  summary: `A cohort takes no more claims. ${toAudience}`,
  data: counts,
  example: countsExample,
});
export const cohortCancelled = defineEvent({
  type: 'cohort.cancelled',
  version: 1,
  summary: `A cohort will not take place; every place on it is gone. ${toAudience}`,
  data: counts,
  example: countsExample,
});
export const cohortCapacityChanged = defineEvent({
  type: 'cohort.capacity-changed',
  version: 1,
  summary: `A cohort has more or fewer places. ${toAudience}`,
  data: counts,
  example: countsExample,
});
export const cohortClaimsCollected = defineEvent({
  type: 'cohort.claims-collected',
  version: 1,
  summary: `The closing date of an allocated cohort has come: its host can allocate the places. ${toAudience}`,
  data: counts,
  example: countsExample,
});
export const cohortPlacesAllocated = defineEvent({
  type: 'cohort.places-allocated',
  version: 1,
  summary: `The host fixed the order in which places are given; what became of each claim is told beside it. ${toAudience}`,
  data: counts,
  example: countsExample,
});
const days = { firstDay: z.iso.date(), lastDay: z.iso.date() };
const daysExample = { firstDay: '2027-10-05', lastDay: '2027-12-07' };
export const cohortMoved = defineEvent({
  type: 'cohort.moved',
  version: 1,
  summary: `The sessions of a cohort were changed after it opened; every place follows. ${toAudience}`,
  data: z.object({ cohort, host: z.string().describe('The host organisation'), ...days }),
  example: { cohort: 'coh_0123456789ab', host: 'org_abcdefg', ...daysExample },
});
export const placeMoved = defineEvent({
  type: 'place.moved',
  version: 1,
  summary: `The sessions of a cohort on which an organisation has places were changed. ${toHolderAndHost}`,
  data: places.extend(days),
  example: { ...placesExample, ...daysExample },
});
export const cohortPlacesRestated = defineEvent({
  type: 'cohort.places-restated',
  version: 1,
  summary: `How a cohort stands, told anew because events were lost. ${toEachConcerned}`,
  data: counts.extend({
    status: z.enum(cohortStatuses),
    firstDay: z.iso.date().optional().describe('Of a cohort that was moved: its first day now'),
  }),
  example: { ...countsExample, status: 'open' as const },
});

export const placeEvents = [
  placeClaimed,
  placeConfirmed,
  placeWaiting,
  placeGivenBack,
  placeLapsed,
  placeHeld,
  placeNamed,
  placeUnnamed,
  placeNamingDue,
  placeReleased,
  placePassedOn,
  placeMoved,
  placeRestated,
  cohortOpened,
  cohortClosed,
  cohortCancelled,
  cohortCapacityChanged,
  cohortClaimsCollected,
  cohortPlacesAllocated,
  cohortMoved,
  cohortPlacesRestated,
];
