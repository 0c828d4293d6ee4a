import * as z from 'zod';
import { cohortStatuses, cohortOf, countsOf, placesOf, standingOf, type Entry, type Ledger } from './ledger.ts';
import { defineEvent, type Announcement, type Audience } from '../events/define-event.ts';

const cohort = z.string().describe('The id of the cohort');
const organisation = z.string().describe('Whose places they are');
const tickets = z.array(z.int()).describe('The places, by their tickets, lowest first');
const places = z.object({ cohort, organisation, tickets });
const placesExample = { cohort: 'coh_0123456789ab', organisation: 'org_abcdefg', tickets: [7, 8] };

const toHolderAndHost = 'Told to the organisation and to the host.';
const toAudience = 'Told to those with whom the programme is shared.';
const toEachConcerned =
  'Told to all when the programme is shared with all; otherwise to the host and to those who have, or had, places there.';

const placeClaimed = defineEvent({
  type: 'place.claimed',
  version: 1,
  summary: `An organisation claimed places; what became of them is told beside it. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
const placeConfirmed = defineEvent({
  type: 'place.confirmed',
  version: 1,
  summary: `Places are confirmed: at once, or because somebody else's came free. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
const placeWaiting = defineEvent({
  type: 'place.waiting',
  version: 1,
  summary: `Claimed places wait in line. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
const placeGivenBack = defineEvent({
  type: 'place.given-back',
  version: 1,
  summary: `An organisation gave places back, confirmed or waiting. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
const placeLapsed = defineEvent({
  type: 'place.lapsed',
  version: 1,
  summary: `The date until which waiting places were wanted has passed. ${toHolderAndHost}`,
  data: places,
  example: placesExample,
});
const placeRestated = defineEvent({
  type: 'place.restated',
  version: 1,
  summary: `What an organisation has on a cohort, told anew because events were lost. ${toHolderAndHost}`,
  data: z.object({ cohort, organisation, confirmed: tickets, waiting: tickets }),
  example: { cohort: 'coh_0123456789ab', organisation: 'org_abcdefg', confirmed: [7], waiting: [8] },
});

const counts = z.object({
  cohort,
  host: z.string().describe('The host organisation'),
  capacity: z.int(),
  free: z.int(),
  waiting: z.int(),
});
const countsExample = { cohort: 'coh_0123456789ab', host: 'org_abcdefg', capacity: 20, free: 4, waiting: 0 };

const cohortOpened = defineEvent({
  type: 'cohort.opened',
  version: 1,
  summary: `A cohort is open; claims are taken from its opening instant. ${toAudience}`,
  data: counts,
  example: countsExample,
});
const cohortClosed = defineEvent({
  type: 'cohort.closed',
  version: 1,
  summary: `A cohort takes no more claims. ${toAudience}`,
  data: counts,
  example: countsExample,
});
const cohortCancelled = defineEvent({
  type: 'cohort.cancelled',
  version: 1,
  summary: `A cohort will not take place; every place on it is gone. ${toAudience}`,
  data: counts,
  example: countsExample,
});
const cohortCapacityChanged = defineEvent({
  type: 'cohort.capacity-changed',
  version: 1,
  summary: `A cohort has more or fewer places. ${toAudience}`,
  data: counts,
  example: countsExample,
});
const cohortPlacesRestated = defineEvent({
  type: 'cohort.places-restated',
  version: 1,
  summary: `How a cohort stands, told anew because events were lost. ${toEachConcerned}`,
  data: counts.extend({ status: z.enum(cohortStatuses) }),
  example: { ...countsExample, status: 'open' as const },
});

export const placeEvents = [
  placeClaimed,
  placeConfirmed,
  placeWaiting,
  placeGivenBack,
  placeLapsed,
  placeRestated,
  cohortOpened,
  cohortClosed,
  cohortCancelled,
  cohortCapacityChanged,
  cohortPlacesRestated,
];

const audienceSchema = z.object({ audience: z.union([z.literal('all'), z.array(z.string())]) });
const cohortChanges: Readonly<
  Record<string, typeof cohortOpened | typeof cohortClosed | typeof cohortCancelled | typeof cohortCapacityChanged>
> = {
  opened: cohortOpened,
  closed: cohortClosed,
  cancelled: cohortCancelled,
  'capacity-changed': cohortCapacityChanged,
};

/**
 * What happened to a cohort's places between two images of its ledger. The change says why (a claim, a give-back, a lapse);
 * who was confirmed and who waits is worked out from the images, so that a promotion cannot be forgotten.
 */
export function eventsOfLedger(before: Ledger | undefined, after: Ledger): Announcement[] {
  const was = standingIn(before);
  const is = standingIn(after);
  const isNew = (ticket: number) => !was.confirmed.has(ticket) && !was.waiting.has(ticket);
  const claimed = [...is.confirmed.values(), ...is.waiting.values()].filter(({ ticket }) => isNew(ticket));
  const confirmed = [...is.confirmed.values()].filter(({ ticket }) => !was.confirmed.has(ticket));
  const waiting = claimed.filter(({ ticket }) => is.waiting.has(ticket));
  const gone = [...was.confirmed.values(), ...was.waiting.values()].filter(
    ({ ticket }) => !is.confirmed.has(ticket) && !is.waiting.has(ticket),
  );
  return [
    ...aboutCohort(after),
    ...perOrganisation(placeClaimed, after, claimed),
    ...perOrganisation(after.change.type === 'lapsed' ? placeLapsed : placeGivenBack, after, gone),
    ...perOrganisation(placeConfirmed, after, confirmed),
    ...perOrganisation(placeWaiting, after, waiting),
  ];
}

/** The present state of a ledger as events. */
export function restateLedger(after: Ledger): Announcement[] {
  const held = Map.groupBy(placesOf(after), (place) => place.organisation);
  // Those too who have nothing left: that they gave it back may be what was lost.
  const holders = Object.keys(after.live).map((short) => `org_${short}`);
  const perHolder = holders.map((holder) => {
    const ticketsOf = (state: 'confirmed' | 'waiting') =>
      (held.get(holder) ?? []).filter((place) => place.state === state).map(({ ticket }) => ticket);
    const data = {
      cohort: cohortOf(after),
      organisation: holder,
      confirmed: ticketsOf('confirmed'),
      waiting: ticketsOf('waiting'),
    };
    return placeRestated.announce(data, audienceOf(after, holder), holder);
  });
  const stands = { ...countsIn(after), status: after.status };
  return [cohortPlacesRestated.announce(stands, concernedBy(after, holders)), ...perHolder];
}

/** Who may have been told what is told anew. Of a draft that was cancelled only its host ever knew. */
function concernedBy({ host, listed, status, version }: Ledger, holders: readonly string[]): Audience {
  if (status === 'cancelled' && version === 1) return [host];
  return listed.startsWith('ALL#') ? 'all' : [...new Set([host, ...holders])];
}

function standingIn(ledger: Ledger | undefined) {
  const standing = ledger === undefined ? { confirmed: [], waiting: [] } : standingOf(ledger);
  const byTicket = (entries: readonly Entry[]) => new Map(entries.map((entry) => [entry.ticket, entry]));
  return { confirmed: byTicket(standing.confirmed), waiting: byTicket(standing.waiting) };
}

function perOrganisation(
  event: typeof placeClaimed | typeof placeConfirmed | typeof placeWaiting | typeof placeGivenBack | typeof placeLapsed,
  after: Ledger,
  entries: readonly Entry[],
): Announcement[] {
  const holders = Map.groupBy(entries, (entry) => entry.organisation);
  return [...holders].map(([holder, held]) => {
    const lowestFirst = held.map(({ ticket }) => ticket).sort((one, other) => one - other);
    return event.announce(
      { cohort: cohortOf(after), organisation: holder, tickets: lowestFirst },
      audienceOf(after, holder),
      String(lowestFirst[0]),
    );
  });
}

function aboutCohort(after: Ledger): Announcement[] {
  const event = cohortChanges[after.change.type];
  if (event === undefined) return [];
  const { audience } = audienceSchema.parse(after.change);
  const told: Audience = audience === 'all' ? 'all' : [...new Set([after.host, ...audience])];
  return [event.announce(countsIn(after), told)];
}

function countsIn(ledger: Ledger) {
  const { free, waiting } = countsOf(ledger);
  return { cohort: cohortOf(ledger), host: ledger.host, capacity: ledger.capacity, free, waiting };
}

function audienceOf(ledger: Ledger, holder: string): string[] {
  return holder === ledger.host ? [holder] : [holder, ledger.host];
}
